import { MovableClock } from "@tertulia/testing/movable-clock";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PacedDeltas } from "./paced-deltas.ts";

test("the first words go out at once, what follows within 50 ms goes together", () => {
  const clock = new MovableClock();
  const told: [number, string][] = [];
  const deltas = new PacedDeltas(clock, (offset, text) => told.push([offset, text]));
  deltas.add("Tea");
  deltas.add(" is");
  deltas.add(" ready");
  expect(told).toEqual([[0, "Tea"]]);
  expect(deltas.toldText).toBe("Tea");
  clock.move(50);
  expect(told).toEqual([[0, "Tea"], [3, " is ready"]]);
  clock.move(50);
  deltas.add(".");
  expect(told.at(-1)).toEqual([12, "."]);
});

test("the end tells what is left, and then nothing", () => {
  const clock = new MovableClock();
  const told: string[] = [];
  const deltas = new PacedDeltas(clock, (_, text) => told.push(text));
  deltas.add("Tea");
  deltas.add(" is ready");
  deltas.finish();
  clock.move(1_000);
  expect(told).toEqual(["Tea", " is ready"]);
});

test("whoever adds up the deltas has the text, whatever the pace", () => {
  const step = fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 0, max: 120 }));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const clock = new MovableClock();
      let text = "";
      const deltas = new PacedDeltas(clock, (offset, words) => {
        expect(offset).toBe(text.length);
        expect(words).not.toBe("");
        text += words;
      });
      for (const step of steps) {
        if (typeof step === "string") deltas.add(step);
        else clock.move(step);
        expect(deltas.toldText).toBe(text);
      }
      deltas.finish();
      expect(text).toBe(steps.filter((step) => typeof step === "string").join(""));
    }),
  );
});
