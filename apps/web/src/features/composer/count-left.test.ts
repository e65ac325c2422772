import { expect, it } from "vitest";
import { countLeft } from "./count-left";

it("what is left of 10,000 is counted in characters, as the server counts them", () => {
  expect(countLeft("")).toBe(10_000);
  expect(countLeft("a".repeat(9_990))).toBe(10);
  expect(countLeft("𝒳".repeat(10_000))).toBe(0);
  expect(countLeft("a".repeat(10_001))).toBe(-1);
});
