import { describe, expect, test } from "vitest";
import { Oracle, type Told } from "./oracle.ts";
import { flawless } from "./verdict.ts";

const told = (...contents: string[]): Told[] => contents.map((content, at) => ({ content, seq: at + 1 }));

/** mira says "one" and "two", tomas says "three"; all of it is acknowledged. */
function books(): Oracle {
  const oracle = new Oracle();
  for (const [who, content] of [["mira", "one"], ["mira", "two"], ["tomas", "three"]] as const) {
    oracle.sends(who, content);
    oracle.hearsAcknowledged(content);
  }
  return oracle;
}

const all = told("one", "two", "three");

describe("the oracle", () => {
  test("has nothing to say where what was acknowledged is stored and shown", () => {
    expect(books().verdict(all, [{ who: "tomas", messages: all }])).toEqual(flawless);
  });

  test("takes what was sent and never acknowledged either way", () => {
    const oracle = books();
    oracle.sends("tomas", "four");
    expect(oracle.verdict(all, [])).toEqual(flawless);
    const stored = told("one", "two", "three", "four");
    expect(oracle.verdict(stored, [{ who: "tomas", messages: stored }])).toEqual(flawless);
  });

  test("names what the database or a screen has lost", () => {
    expect(books().verdict(told("one", "two"), [{ who: "tomas", messages: told("one") }])).toMatchObject({
      lost: ['"three" was acknowledged and isn\'t stored', '"two" is stored and not shown to tomas'],
    });
  });

  test("names what is there twice", () => {
    expect(books().verdict(all, [{ who: "tomas", messages: told("one", "two", "two", "three") }]).doubled).toEqual(['"two" is there twice for tomas']);
  });

  test("names what stands against seq, or against the order of its author", () => {
    const { disordered } = books().verdict(told("two", "one", "three"), [{ who: "tomas", messages: [...all.slice(1), ...all.slice(0, 1)] }]);
    expect(disordered).toEqual([
      '"one" stands after what its author said later, for the database',
      '"one" is out of order for tomas',
      '"one" stands after what its author said later, for tomas',
    ]);
  });

  test("names what nobody said, and what is shown and not stored", () => {
    const { invented } = books().verdict([...all, { content: "ghost", seq: 4 }], [{ who: "tomas", messages: [...all, { content: "draft", seq: 5 }] }]);
    expect(invented).toEqual(['"ghost" is stored and was never said', '"draft" is shown to tomas and isn\'t stored']);
  });

  test("can tell two messages apart, or refuses", () => {
    expect(() => books().sends("wen", "one")).toThrow('"one" is said twice');
  });
});
