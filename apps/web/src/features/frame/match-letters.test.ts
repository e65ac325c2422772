import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchLetters } from "./match-letters";

const marked = (name: string, typed: string) => {
  const match = matchLetters(name, typed);
  return match && [...name].map((letter, at) => (match.letters.includes(at) ? letter.toUpperCase() : letter)).join("");
};
const better = (typed: string, best: string, other: string) => (matchLetters(best, typed)?.score ?? -1) > (matchLetters(other, typed)?.score ?? -1);

describe("matching what was typed with a name", () => {
  it("marks the letters that answer", () => {
    expect(marked("wen jiayi", "wj")).toBe("Wen Jiayi");
    expect(marked("the rooftop station", "roof")).toBe("the ROOFtop station");
    expect(marked("楼顶气象站", "气象")).toBe("楼顶气象站");
  });

  it("minds neither case nor accents", () => {
    expect(matchLetters("Inés Prado", "ines")).toMatchObject({ letters: [0, 1, 2, 3] });
  });

  it("finds nothing when a letter is missing", () => {
    expect(matchLetters("The lease", "leaks")).toBeNull();
  });

  it("prefers a beginning to a middle, and letters together to letters apart", () => {
    expect(better("st", "Station", "Rooftop station")).toBe(true);
    expect(better("st", "Rooftop station", "Best room")).toBe(true);
    expect(better("wj", "Wj", "Wen Jiayi")).toBe(true);
  });

  it("only ever points at letters of the name, in order", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), fc.string({ unit: "grapheme", maxLength: 4 }), (name, typed) => {
        const letters = matchLetters(name, typed)?.letters ?? [];
        expect([...letters].sort((a, b) => a - b)).toEqual([...letters]);
        for (const at of letters) expect(at).toBeLessThan(name.length);
      }),
    );
  });
});
