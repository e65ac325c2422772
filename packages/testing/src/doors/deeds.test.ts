import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doorPairs } from "./doors.ts";
import { House } from "./house.ts";
import { storiesBetween, tellStory } from "./stories.ts";

let house: House;
beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house[Symbol.asyncDispose]());

describe.each(doorPairs)("done by $by, heard through $through", ({ doing, hearing }) => {
  test.each(storiesBetween(doing, hearing))("$title", async (story) => {
    const enterAsMira = () => house.visit(hearing, house.cast.mira);
    await expect(tellStory(story, house, doing, enterAsMira)).resolves.toBeUndefined();
  });
});
