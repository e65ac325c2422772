import { expect, test } from "vitest";
import { AskedTogether } from "./asked-together.ts";

/** Answers what it was asked, in capitals, and keeps how it was asked. */
function loud(mostAtOnce: number) {
  const readings: string[][] = [];
  const asked = new AskedTogether<string, string>(mostAtOnce, async (questions) => {
    readings.push(questions);
    if (questions.includes("nonsense")) throw new Error("nobody knows");
    return (question) => question.toUpperCase();
  });
  return { asked, readings };
}

test("what is asked in one turn of the event loop is read in one go, and each is answered what they asked", async () => {
  const { asked, readings } = loud(250);
  expect(await Promise.all(["tea", "cake", "tea"].map((question) => asked.ask(question)))).toEqual(["TEA", "CAKE", "TEA"]);
  expect(await asked.ask("rain")).toBe("RAIN");
  expect(readings).toEqual([["tea", "cake", "tea"], ["rain"]]);
});

test("of very many so many are read at once, and what fails for some doesn't for the others", async () => {
  const { asked, readings } = loud(2);
  const answers = await Promise.allSettled(["one", "nonsense", "three", "four", "five"].map((question) => asked.ask(question)));
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled", "fulfilled"]);
  expect(readings.map(({ length }) => length)).toEqual([2, 2, 1]);
});
