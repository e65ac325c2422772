import { expect, test } from "vitest";
import { InTurn } from "./in-turn.ts";

test("what belongs to one person runs in the order it was asked, also after a failure; others don't wait", async () => {
  const turns = new InTurn();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const slow = turns.run("mira", async () => {
    await gate.promise;
    done.push("mira 1");
    throw new Error("the first one fails");
  });
  const next = turns.run("mira", async () => void done.push("mira 2"));
  await turns.run("tomas", async () => void done.push("tomas"));
  gate.resolve();
  await expect(slow).rejects.toThrow("the first one fails");
  await next;
  expect(done).toEqual(["tomas", "mira 1", "mira 2"]);
});
