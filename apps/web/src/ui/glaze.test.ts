import { describe, expect, it } from "vitest";
import { glazeOf, initialOf } from "./glaze";

describe("the colour a person wears", () => {
  it("is one of eight, and all of them are worn", () => {
    const worn = new Set(Array.from({ length: 400 }, (_, n) => glazeOf(`0198f2a0-0000-7000-8000-${String(n).padStart(12, "0")}`)));
    expect([...worn].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe("the letter on a face", () => {
  it.each([["mira", "M"], ["  文佳怡", "文"], ["élan", "É"], ["👩‍🚀 ada", "👩‍🚀"], ["", "·"]])("of %j is %s", (name, letter) => expect(initialOf(name)).toBe(letter));
});
