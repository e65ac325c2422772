import { createRoom } from "@tertulia/core/rooms/create-room";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { gatherCast } from "@tertulia/testing/cast";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { expect, test } from "vitest";

const HOUR_MS = 60 * 60 * 1_000;

test("names that were used more than a day ago are dropped by the hour", async () => {
  await using database = await openTestDatabase("embedded");
  const clock = new MovableClock();
  const server = await startTestServer({ clock, database });
  const { mira } = await gatherCast(server.core);
  await createRoom(server.core, mira.actor, { kind: "room", title: "Tea" }, "first");
  clock.set(24 * HOUR_MS);
  await createRoom(server.core, mira.actor, { kind: "room", title: "Cake" }, "second");
  clock.move(HOUR_MS);
  await server.close();
  expect(await database.db.selectFrom("idempotency_keys").select("key").execute()).toEqual([{ key: "second" }]);
});
