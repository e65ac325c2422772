import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, listenTo, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { SlowDatabase } from "../../test/slow-database.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { addMember } from "../members/add-member.ts";
import { countMentions } from "./count-unread.ts";
import { listReads } from "./list-reads.ts";
import { markRead } from "./mark-read.ts";

describe.each(testDatabases())("reading on %s", (kind) => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core, clock } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  test("[R1] moves my position forward, never back, and never past what is there", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    for (const words of ["One", "Two", "Three"]) await say(core, mira, roomId, words);
    expect(await markRead(core, tomas, { roomId, seq: 4 })).toEqual({ roomId, unread: 1, mentions: 0, lastReadSeq: 4, headSeq: 5 });
    expect(await markRead(core, tomas, { roomId, seq: 3 })).toMatchObject({ unread: 1, lastReadSeq: 4 });
    expect(await markRead(core, tomas, { roomId, seq: Number.MAX_SAFE_INTEGER })).toMatchObject({ unread: 0, lastReadSeq: 5 });
    await say(core, mira, roomId, "Four");
    expect(await markRead(core, tomas, { roomId, seq: 0 })).toMatchObject({ unread: 1, lastReadSeq: 5 });
  });

  test("[R2] tells the room and my other devices once per forward move, and writes no event", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { seq, id: messageId } = await say(core, mira, roomId);
    const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", tomas.user.id)];
    for (const at of [seq, seq, seq - 1]) await markRead(core, tomas, { roomId, seq: at });
    const at = new Date(clock.now()).toISOString();
    expect(heard).toEqual([{ kind: "reads", position: { userId: tomas.user.id, seq, at }, user: tomas.user, messageId }]);
    expect(told).toEqual([{ kind: "position", position: { roomId, unread: 0, mentions: 0, lastReadSeq: seq, headSeq: seq } }]);
    expect(await loadEvents(core.db, roomId, seq, 10)).toEqual([]);
    expect(await listReads(core, mira, { roomId })).toEqual(
      expect.arrayContaining([{ userId: tomas.user.id, seq, at }, { userId: mira.user.id, seq: 1, at: null }]),
    );
  });

  test("[R2] is told once a second per reader and room at most, and the last position always", async () => {
    const { core: node, clock: time } = await openTestCore(database);
    const { mira, tomas, roomId } = await castIn(node);
    const seqs: number[] = [];
    for (let number = 0; number < 8; number++) seqs.push((await say(node, mira, roomId)).seq);
    const heard = await listenTo(node, "room", roomId);
    const told = async (count: number) => {
      await expect.poll(() => heard.length).toBeGreaterThanOrEqual(count);
      // What is published is heard in a later turn.
      await new Promise((resolve) => void setImmediate(resolve));
      return heard.splice(0).map((note) => (note.kind === "reads" ? [note.position.userId, note.position.seq] : note));
    };
    const reads = (who: Actor, ...places: number[]) => Promise.all(places.map((place) => markRead(node, who, { roomId, seq: seqs[place] ?? 0 })));
    for (const place of [0, 1, 2]) await reads(tomas, place);
    await reads(mira, 5);
    expect(await told(2)).toEqual([[tomas.user.id, seqs[0]], [mira.user.id, seqs[5]]]);
    time.move(999);
    expect(await told(0)).toEqual([]);
    time.move(1);
    expect(await told(1)).toEqual([[tomas.user.id, seqs[2]]]);
    await reads(tomas, 3);
    time.move(999);
    expect(await told(0)).toEqual([]);
    time.move(1);
    expect(await told(1)).toEqual([[tomas.user.id, seqs[3]]]);
    time.move(5_000);
    await reads(tomas, 4);
    expect(await told(1)).toEqual([[tomas.user.id, seqs[4]]]);
    await reads(tomas, 5);
    await node.close();
    expect(await told(1)).toEqual([[tomas.user.id, seqs[5]]]);
  });

  test("[R1] is never told backwards, in whichever order two marks come to be told", async () => {
    const { core: node, clock: time } = await openTestCore(database);
    const { tomas, roomId } = await castIn(node);
    const heard = await listenTo(node, "room", roomId);
    const reading = (seq: number) => ({ roomId, position: { userId: tomas.user.id, seq, at: null }, user: tomas.user, messageId: "known" });
    for (const seq of [9, 5]) await node.readsTold.tell(reading(seq));
    time.move(1_000);
    for (const seq of [11, 10]) await node.readsTold.tell(reading(seq));
    await node.close();
    await expect.poll(() => heard.length).toBe(2);
    expect(heard).toMatchObject([{ position: { seq: 9 } }, { position: { seq: 11 } }]);
  });

  test("[R2] looks up which message is the newest only when that is told, and isn't known", async () => {
    const slow = new SlowDatabase(database);
    const { core: node } = await openTestCore(slow.database);
    const { mira, tomas, roomId } = await castIn(node);
    const { seq, id: messageId } = await say(node, mira, roomId);
    slow.lose(1);
    const reading = (upTo: number, known: string | null) => ({ roomId, position: { userId: tomas.user.id, seq: upTo, at: null }, user: tomas.user, messageId: known });
    await node.readsTold.tell(reading(seq - 1, messageId));
    await node.readsTold.tell(reading(seq, null));
    expect(slow.isWhole).toBe(true);
    await node.close();
    expect(slow.isWhole).toBe(false);
  });

  test("writes nothing where nothing moves", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { seq } = await say(core, mira, roomId);
    await markRead(core, tomas, { roomId, seq });
    const version = () => sql<{ xmin: string }>`select xmin::text from room_members where room_id = ${roomId} and user_id = ${tomas.user.id}`.execute(core.db);
    const before = (await version()).rows;
    for (const again of [seq, seq - 1, 0, Number.MAX_SAFE_INTEGER]) await markRead(core, tomas, { roomId, seq: again });
    expect((await version()).rows).toEqual(before);
  });

  test("many devices at once end at the farthest", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    for (let number = 0; number < 10; number++) await say(core, mira, roomId);
    await Promise.all([5, 9, 3, 12, 7, 1].map((seq) => markRead(core, tomas, { roomId, seq })));
    expect(await markRead(core, tomas, { roomId, seq: 0 })).toMatchObject({ lastReadSeq: 12, unread: 0 });
  });

  test("positions of assistants aren't told, and in a room of over 200 nobody's", async () => {
    const { mira, tomas, quill, roomId } = await castIn(core);
    await addMember(core, mira, { roomId, userId: quill });
    expect(await listReads(core, mira, { roomId })).toHaveLength(2);
    await core.db.updateTable("rooms").set({ member_count: 201 }).where("id", "=", roomId).execute();
    expect(await listReads(core, mira, { roomId })).toEqual([]);
    const told = await listenTo(core, "room", roomId);
    const mine = await listenTo(core, "user", tomas.user.id);
    await markRead(core, tomas, { roomId, seq: (await say(core, mira, roomId)).seq });
    expect(mine).toMatchObject([{ kind: "position" }]);
    expect(told.filter(({ kind }) => kind === "reads")).toEqual([]);
  });

  test("[B37] is for members only", async () => {
    const { wen, roomId } = await castIn(core, { isPrivate: true });
    expect(await refusalOf(markRead(core, wen, { roomId, seq: 1 }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    expect(await refusalOf(listReads(core, wen, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });

  test("finds what mentions me without a walk over all that is unread, though the database knows nothing yet of how much that is", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    await sql`
      insert into messages (id, room_id, seq, unread_seq, author_id, role, type, content, created_at, updated_at)
      select gen_random_uuid(), ${roomId}, seq, seq, ${mira.user.id}, 'user', 'text', 'Tea?', now(), now() from generate_series(10, 5000) seq`.execute(core.db);
    const place = { roomId: sql<string>`${roomId}::uuid`, lastReadSeq: sql<number>`0::bigint` };
    const { rows } = await sql<{ "QUERY PLAN": string }>`explain analyze select ${countMentions(place, tomas.user.id)}`.execute(core.db);
    const passedOver = rows.flatMap((row) => /Rows Removed by Filter: (\d+)/.exec(row["QUERY PLAN"])?.[1] ?? []);
    expect(passedOver).toEqual([]);
  });
});
