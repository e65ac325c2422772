import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canStartPostgres } from "../../../../scripts/temporary-postgres.mjs";
import { canStartRedis } from "../../../../scripts/temporary-redis.mjs";
import { doorPairs } from "./doors.ts";
import { House } from "./house.ts";
import { storiesBetween, tellStory } from "./stories.ts";

describe.skipIf(!canStartPostgres() || !canStartRedis())("on two nodes", () => {
  let house: House;
  beforeAll(async () => {
    house = await House.openOnTwoNodes();
  });
  afterAll(() => house[Symbol.asyncDispose]());

  describe.each(doorPairs)("done by $by on one, heard through $through on the other", ({ doing, hearing }) => {
    test.each(storiesBetween(doing, hearing))("$title", async (story) => {
      await using visits = new AsyncDisposableStack();
      // Anew, once there is the room: a node is told of what happened on the other in its own time.
      const enterAsMira = async () => visits.use(await house.enterElsewhere(hearing, house.cast.mira));
      await expect(tellStory(story, house, doing, enterAsMira)).resolves.toBeUndefined();
    });
  });
});
