import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { gatherCast } from "@tertulia/testing/cast";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { sql } from "kysely";
import { expect, test } from "vitest";

const HOUR_MS = 60 * 60 * 1_000;

test("once an hour the events that nobody can resume from any more are dropped, again and again", async () => {
  const clock = new MovableClock();
  await using database = await openTestDatabase();
  await using server = await startTestServer({ database, clock });
  const { mira, room } = await gatherCast(server.core);
  const firstKept = async () => (await sql<{ seq: number }>`select min(seq) as seq from room_events where room_id = ${room.id}`.execute(database.db)).rows[0]?.seq;
  const grow = async (to: number) => {
    await sql`insert into room_events (room_id, seq, kind, actor_id, at)
      select ${room.id}, seq, 'message.deleted', ${mira.actor.user.id}, 'epoch' from generate_series((select head_seq + 1 from rooms where id = ${room.id}), ${to}) seq`.execute(database.db);
    await sql`update rooms set head_seq = ${to} where id = ${room.id}`.execute(database.db);
  };
  await sql`update room_events set at = 'epoch'`.execute(database.db);
  for (const head of [1_500, 1_700]) {
    await grow(head);
    clock.move(HOUR_MS);
    await expect.poll(firstKept, { timeout: 20_000 }).toBe(head - 999);
  }
});
