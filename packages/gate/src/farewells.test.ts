import { Courier } from "@tertulia/core/feed/courier";
import { expect, test } from "vitest";
import { Farewells } from "./farewells.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

test("[A21] when thousands end at once, a part of them is seen off in each turn of the event loop, and all in the end", async () => {
  const farewells = new Farewells(new Courier(quiet));
  let gone = 0;
  for (let each = 0; each < 2_000; each++) farewells.add(() => gone++);
  const seen = [gone];
  while (gone < 2_000) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(gone);
  }
  const steps = seen.slice(1).map((after, index) => after - (seen[index] ?? 0));
  expect(Math.max(...steps, seen[0] ?? 0)).toBeLessThanOrEqual(250);
  await farewells.done();
});

test("whoever waits for all to be gone does", async () => {
  const farewells = new Farewells(new Courier(quiet));
  let gone = 0;
  for (let each = 0; each < 600; each++) farewells.add(() => gone++);
  await farewells.done();
  expect(gone).toBe(600);
});

test("one that fails keeps nobody from being seen off, now or later", async () => {
  const farewells = new Farewells(new Courier(quiet));
  let gone = 0;
  farewells.add(() => gone++);
  farewells.add(() => {
    throw new Error("I can't say goodbye.");
  });
  farewells.add(() => gone++);
  await farewells.done();
  farewells.add(() => gone++);
  await farewells.done();
  expect(gone).toBe(3);
});
