import { describe, expect, it } from "vitest";
import { regional, shortWhen } from "./when";

const now = new Date(2026, 10, 12, 11, 4);
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();

describe("the region of a language", () => {
  it("is the reader's own where they have one, and none of another language's", () => {
    const mine = navigator.languages[0] ?? "en";
    expect([mine, "en"]).toContain(regional("en"));
    expect(regional("zh-CN").startsWith("zh")).toBe(true);
  });
});

describe("a time as short as it can be told", () => {
  it("is the time of today", () => expect(shortWhen(at(2026, 10, 12, 9, 5), "zh-CN", now)).toBe("09:05"));
  it("is the weekday of the last six days", () => expect(shortWhen(at(2026, 10, 10, 23, 59), "en", now)).toBe("Tue"));
  it("is the date before that", () => expect(shortWhen(at(2026, 10, 5, 9, 0), "en", now)).toMatch(/Nov 5|5 Nov/));
  it("names the year when it is another", () => expect(shortWhen(at(2025, 10, 12, 9, 0), "zh-CN", now)).toContain("2025"));
  it("is a time when the other clock is ahead", () => expect(shortWhen(at(2026, 10, 13, 0, 1), "zh-CN", now)).toBe("00:01"));
});
