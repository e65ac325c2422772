import { expect, test } from "vitest";
import { compare, count, kilobytes, milliseconds, notShown, tableOf, within } from "./table.ts";

const other = { name: "raw ws", value: 200 };

test("a goal is reached when the ratio is on its right side, the goal itself included", () => {
  expect(compare("speed", count, 600, other, { atLeast: 3 })).toMatchObject({ ratio: 3, reached: true, goal: "≥ 3×", beside: "raw ws 200" });
  expect(compare("speed", count, 599, other, { atLeast: 3 }).reached).toBe(false);
  expect(compare("cost", count, 60, other, { atMost: 0.3 }).reached).toBe(true);
  expect(compare("cost", count, 61, other, { atMost: 0.3 }).reached).toBe(false);
  expect(within("size", kilobytes, 16 * 1_024, 16 * 1_024)).toMatchObject({ reached: true, goal: "≤ 16 KB" });
  expect(within("size", kilobytes, 16 * 1_024 + 1, 16 * 1_024).reached).toBe(false);
});

test("what has nothing to stand beside it is neither reached nor missed", () => {
  expect(compare("speed", count, 600, null, { atLeast: 3 })).toMatchObject({ ratio: null, reached: null });
  expect(notShown("two nodes", "needs at least 6 cores", "≥ 1.7×")).toMatchObject({ ratio: null, reached: null });
});

test("the table is Markdown with columns that line up", () => {
  const lines = tableOf([compare("speed", count, 300, other, { atLeast: 3 }), within("delay", milliseconds, 3, 20)]).split("\n");
  expect(lines.map((line) => line.length)).toEqual(Array(4).fill(lines[0]?.length));
  expect(lines[1]).toMatch(/^[| -]+$/);
  expect(lines[2]).toMatch(/speed .* 300 .* raw ws 200 .* 1\.50× .* ≥ 3× .* \*\*no\*\*/);
  expect(lines[3]).toMatch(/delay .* 3 ms .* – .* ≤ 20 ms .* yes/);
});

test("numbers are told in three figures", () => {
  expect([count(1_234_567), count(45_678), count(12.34)]).toEqual(["1.23 million", "45,700", "12.3"]);
  expect([milliseconds(1.2345), milliseconds(1_234.5), kilobytes(2_048)]).toEqual(["1.23 ms", "1230 ms", "2 KB"]);
});
