import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Id, Seq } from "@tertulia/model/ids";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { trimEvents } from "./trim-events.ts";

describe.each(testDatabases())("the log of a room, on %s", (kind) => {
  let core: Core;
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  /** A room with this many events. */
  async function roomWith(events: number): Promise<Id> {
    const { mira, roomId } = await castIn(core);
    while ((await seqsOf(roomId)).length < events) await say(core, mira, roomId);
    return roomId;
  }

  const seqsOf = async (roomId: Id) => (await core.db.selectFrom("room_events").select("seq").where("room_id", "=", roomId).orderBy("seq").execute()).map(({ seq }) => seq);

  async function happenedDaysAgo(days: number, roomId: Id, from: Seq, to: Seq): Promise<void> {
    const at = new Date(core.clock.now() - days * 24 * 60 * 60 * 1_000);
    await core.db.updateTable("room_events").set({ at }).where("room_id", "=", roomId).where("seq", ">=", from).where("seq", "<=", to).execute();
  }

  test("loses what is both old and not among the newest; the messages stay", async () => {
    const roomId = await roomWith(10);
    const messages = await core.db.selectFrom("messages").select("id").where("room_id", "=", roomId).execute();
    await happenedDaysAgo(31, roomId, 1, 6);
    await trimEvents(core, { events: 6, days: 30 });
    expect(await seqsOf(roomId)).toEqual([5, 6, 7, 8, 9, 10]);
    await trimEvents(core, { events: 2, days: 30 });
    expect(await seqsOf(roomId)).toEqual([7, 8, 9, 10]);
    expect(await core.db.selectFrom("messages").select("id").where("room_id", "=", roomId).execute()).toEqual(messages);
  });

  test("keeps the newest, however old, and everything that is young", async () => {
    const [old, young] = [await roomWith(8), await roomWith(8)];
    await happenedDaysAgo(40, old, 1, 8);
    expect(await trimEvents(core, { events: 3, days: 30 })).toBe(5);
    expect(await seqsOf(old)).toEqual([6, 7, 8]);
    expect(await seqsOf(young)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await trimEvents(core, { events: 3, days: 30 })).toBe(0);
  });

  test("has no gap inside, also where a clock was put back: it begins with the first event to keep", async () => {
    const roomId = await roomWith(10);
    await happenedDaysAgo(40, roomId, 1, 3);
    await happenedDaysAgo(40, roomId, 5, 9);
    await trimEvents(core, { events: 1, days: 30 });
    expect(await seqsOf(roomId)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  });

  test("goes in as many steps as it takes, in more rooms than are looked at in one", async () => {
    const { mira, roomId } = await castIn(core);
    await sql`insert into room_events (room_id, seq, kind, actor_id, at) select ${roomId}, seq, 'message.deleted', ${mira.user.id}, 'epoch' from generate_series(100, 2599) seq`.execute(core.db);
    await sql`update rooms set head_seq = 2599 where id = ${roomId}`.execute(core.db);
    await sql`insert into rooms (id, kind, settings, created_by, head_seq) select gen_random_uuid(), 'room', '{}', ${mira.user.id}, 5000 from generate_series(1, 150)`.execute(core.db);
    await happenedDaysAgo(40, roomId, 1, 99);
    await trimEvents(core, { events: 1_000, days: 30 });
    expect(await seqsOf(roomId)).toEqual(Array.from({ length: 1_000 }, (_, n) => 1_600 + n));
  });
});
