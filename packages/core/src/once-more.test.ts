import { expect, test } from "vitest";
import { OnceMore } from "./once-more.ts";

test("what is asked for again and again while it is under way is done once more after it, and afresh when asked later", async () => {
  const rounds: PromiseWithResolvers<void>[] = [];
  const work = new OnceMore(() => {
    const round = Promise.withResolvers<void>();
    rounds.push(round);
    return round.promise;
  });
  const asked = work.ask();
  for (let again = 0; again < 5; again++) void work.ask();
  expect(rounds).toHaveLength(1);
  rounds[0]?.resolve();
  await rounds[0]?.promise;
  await Promise.resolve();
  expect(rounds).toHaveLength(2);
  rounds[1]?.resolve();
  await asked;
  expect(rounds).toHaveLength(2);
  const later = work.ask();
  rounds[2]?.resolve();
  await later;
  expect(rounds).toHaveLength(3);
});
