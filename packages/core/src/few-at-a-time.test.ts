import { expect, test } from "vitest";
import { fewAtATime } from "./few-at-a-time.ts";

test("what is done for thousands is done a hundred at a time, and the event loop turns in between", async () => {
  let done = 0;
  const all = fewAtATime(Array.from({ length: 1_050 }), async () => done++);
  const seen = [done];
  while (done < 1_050) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(done);
  }
  await all;
  expect(Math.max(...seen.map((after, index) => after - (seen[index - 1] ?? 0)))).toBe(100);
});

test("what fails for one fails for whoever asked, and of the next nothing is begun", async () => {
  const begun: number[] = [];
  const work = async (one: number) => {
    begun.push(one);
    if (one === 3) throw new Error("three is missing");
  };
  await expect(fewAtATime(Array.from({ length: 300 }, (_, index) => index), work)).rejects.toThrow("three is missing");
  expect(begun).toHaveLength(100);
});
