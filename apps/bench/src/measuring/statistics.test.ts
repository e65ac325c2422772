import { expect, test } from "vitest";
import { Delays } from "./delays.ts";
import { median, percentile } from "./statistics.ts";

test("the median is the middle one, and of an even number the mean of the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
  expect(median([10, 9, 100])).toBe(10);
  expect(median([])).toBeNaN();
});

test("a percentile is the smallest value that this share of all doesn't exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
});

test("delays are counted by the hundredth of a millisecond, and give the same percentiles", () => {
  const delays = new Delays();
  const hundredths = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_000);
  for (const each of hundredths) delays.add(each);
  for (const share of [0.0105, 0.5, 0.99, 1]) expect(delays.percentile(share)).toBe(percentile(hundredths, share) / 100);
  delays.add(10_000_000);
  expect(delays.count).toBe(1_001);
  expect(delays.percentile(1)).toBe(10_000);
  delays.clear();
  expect([delays.count, delays.percentile(0.5)]).toEqual([0, Number.NaN]);
});
