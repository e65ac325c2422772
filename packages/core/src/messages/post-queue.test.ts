import { DatabaseUnavailable } from "@tertulia/db/errors";
import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { sql } from "kysely";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Flight, PostQueue } from "./post-queue.ts";
import type { PendingPost } from "./store-posts.ts";

describe.each(testDatabases())("the post queue on %s", (kind) => {
  const clock = new MovableClock();
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  test("[M4] posts of many people at once get seqs without gaps, each sender's in the order they were sent", async () => {
    const { roomId, mira, tomas } = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const sent = Array.from({ length: 200 }, (_, index) => queue.add(aPost(roomId, index % 2 === 0 ? mira : tomas, `post ${index}`)));
    const seqs = (await Promise.all(sent)).map((outcome) => ("seq" in outcome ? outcome.seq : -1));
    expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    for (const sender of [0, 1]) {
      const own = seqs.filter((_, index) => index % 2 === sender);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  test("[M3] the same clientId ten times at once is one row and ten equal answers; with other content it is a conflict", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const aboard: number[] = [];
    queue.observe(({ tookMs }) => void aboard.push(tookMs.length));
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => queue.add({ ...aPost(roomId, mira, "Tea?"), clientId: "tea" })));
    // A flight with one post twice would fail, and fly again one by one.
    expect(aboard).toEqual(Array(10).fill(1));
    expect(new Set(outcomes.map((outcome) => ("messageId" in outcome ? outcome.messageId : null))).size).toBe(1);
    expect(outcomes.filter(({ outcome }) => outcome === "fresh")).toHaveLength(1);
    expect(await queue.add({ ...aPost(roomId, mira, "Coffee?"), clientId: "tea" })).toEqual({ outcome: "conflict" });
    expect(await messagesIn(database, roomId)).toHaveLength(1);
  });

  test("a post decided on old facts is stale, and one for a room that isn't there is told so", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    await database.db.updateTable("rooms").set({ access_version: 1 }).where("id", "=", roomId).execute();
    expect(await queue.add(aPost(roomId, mira, "Tea?"))).toEqual({ outcome: "stale" });
    expect(await queue.add(aPost(newId(), mira, "Tea?"))).toEqual({ outcome: "gone" });
  });

  test("a poison post fails alone: the others of its flight are stored", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const first = queue.add(aPost(roomId, mira, "first"));
    const poison = queue.add({ ...aPost(roomId, newId(), "by nobody the database knows") });
    const last = queue.add(aPost(roomId, mira, "last"));
    await expect(poison).rejects.toThrow("foreign key constraint");
    expect((await Promise.all([first, last])).map(({ outcome }) => outcome)).toEqual(["fresh", "fresh"]);
    expect(await messagesIn(database, roomId)).toEqual(["first", "last"]);
  });

  test.skipIf(kind === "embedded")("[A8] who waits behind a flight that the database let wait in vain is refused with it, and waits no further", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const held = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const holding = database.db.transaction().execute(async (trx) => {
      // Else Postgres ends the idle holder first, and the post goes through.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      await sql`lock table messages in access exclusive mode`.execute(trx);
      held.resolve();
      await letGo.promise;
    });
    await held.promise;
    const ends = await Promise.allSettled([queue.add(aPost(roomId, mira, "in the air")), queue.add(aPost(roomId, mira, "behind it"))]);
    letGo.resolve();
    await holding;
    expect(ends).toEqual(Array(2).fill({ status: "rejected", reason: expect.any(DatabaseUnavailable) }));
    expect(await queue.add(aPost(roomId, mira, "after"))).toMatchObject({ outcome: "fresh" });
  });

  test("tells how long each post of a flight took and how many wait, to whoever observes it", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const flights: Flight[] = [];
    const stop = queue.observe((flight) => void flights.push(flight));
    const posts = ["flies alone", "waits", "waits too"].map((content) => queue.add(aPost(roomId, mira, content)));
    expect(queue.length).toBe(2);
    clock.move(40);
    await Promise.all(posts);
    expect(flights).toEqual([{ tookMs: [40], waiting: 2 }, { tookMs: [40, 40], waiting: 0 }]);
    stop();
    await queue.add(aPost(roomId, mira, "unobserved"));
    expect(flights).toHaveLength(2);
  });

  test("closes when all that it took has landed, and takes nothing more", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const posts = ["flies", "waits", "waits too"].map((content) => queue.add(aPost(roomId, mira, content)));
    await queue.close();
    expect(await messagesIn(database, roomId)).toEqual(["flies", "waits", "waits too"]);
    expect((await Promise.all(posts)).map(({ outcome }) => outcome)).toEqual(["fresh", "fresh", "fresh"]);
    await expect(queue.add(aPost(roomId, mira, "too late"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await new PostQueue({ db: database.db, clock }).close();
  });

  test.runIf(kind === "postgres")("a post waits for no other room's flight, and what comes for a room in the air goes together behind it", async () => {
    const [slow, free] = [await aRoom(database), await aRoom(database)];
    const queue = new PostQueue({ db: database.db, clock });
    const aboard: number[] = [];
    queue.observe(({ tookMs }) => void aboard.push(tookMs.length));
    const [release, locked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // Whoever stores a message of hers waits until her row is let go.
    const holder = database.db.transaction().execute(async (trx) => {
      await trx.selectFrom("users").select("id").where("id", "=", slow.mira).forUpdate().execute();
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const waiting = [slow.mira, slow.tomas, slow.tomas].map((author, index) => queue.add(aPost(slow.roomId, author, `${index}`)));
    expect(await queue.add(aPost(free.roomId, free.mira, "through"))).toMatchObject({ outcome: "fresh", seq: 1 });
    expect(queue.length).toBe(2);
    release.resolve();
    await holder;
    await Promise.all(waiting);
    expect(await messagesIn(database, slow.roomId)).toEqual(["0", "1", "2"]);
    expect(aboard).toEqual([1, 1, 2]);
  });

  test.runIf(kind === "postgres")("four flights are in the air at most: what comes then goes together in the next", async () => {
    const slow = await Promise.all(Array.from({ length: 4 }, () => aRoom(database)));
    const free = await Promise.all(Array.from({ length: 3 }, () => aRoom(database)));
    const queue = new PostQueue({ db: database.db, clock });
    const aboard: number[] = [];
    queue.observe(({ tookMs }) => void aboard.push(tookMs.length));
    const [release, locked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = database.db.transaction().execute(async (trx) => {
      await trx.selectFrom("users").select("id").where("id", "in", slow.map(({ mira }) => mira)).forUpdate().execute();
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const posts = [...slow, ...free].map(({ roomId, mira }) => queue.add(aPost(roomId, mira, "Tea?")));
    expect(queue.length).toBe(3);
    release.resolve();
    await holder;
    await Promise.all(posts);
    expect(aboard.toSorted((a, b) => a - b)).toEqual([1, 1, 1, 1, 3]);
  });

  test.runIf(kind === "postgres")("a room that someone holds stalls no other room, and its posts keep their order", async () => {
    const held = await aRoom(database);
    const free = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const release = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = database.db.transaction().execute(async (trx) => {
      await trx.selectFrom("rooms").select("id").where("id", "=", held.roomId).forUpdate().execute();
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const waiting = ["one", "two", "three"].map((content) => queue.add(aPost(held.roomId, held.mira, content)));
    expect(await queue.add(aPost(free.roomId, free.mira, "through"))).toMatchObject({ outcome: "fresh", seq: 1 });
    waiting.push(queue.add(aPost(held.roomId, held.mira, "four")));
    release.resolve();
    await holder;
    await Promise.all(waiting);
    expect(await messagesIn(database, held.roomId)).toEqual(["one", "two", "three", "four"]);
  });

  test.runIf(kind === "postgres")("what was sent while its room was found to be held stays behind what found it so", async () => {
    const held = await aRoom(database);
    const queue = new PostQueue({ db: database.db, clock });
    const [release, locked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = database.db.transaction().execute(async (trx) => {
      await trx.selectFrom("rooms").select("id").where("id", "=", held.roomId).forUpdate().execute();
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const elsewhere = await aRoom(database);
    const first = queue.add(aPost(elsewhere.roomId, elsewhere.mira, "takes off alone"));
    const waiting = ["one", "two"].map((content) => queue.add(aPost(held.roomId, held.mira, content)));
    await first;
    // The flight of one and two is in the air now.
    await new Promise<void>((resolve) => setImmediate(resolve));
    waiting.push(queue.add(aPost(held.roomId, held.mira, "three")));
    await queue.add(aPost(elsewhere.roomId, elsewhere.mira, "lands after they were found busy"));
    release.resolve();
    await holder;
    await Promise.all(waiting);
    expect(await messagesIn(database, held.roomId)).toEqual(["one", "two", "three"]);
  });

  test.runIf(kind === "postgres")("[M3] two nodes racing with the same clientIds leave one row each and no hole in the log", async () => {
    const { roomId, mira } = await aRoom(database);
    const nodes = [new PostQueue({ db: database.db, clock }), new PostQueue({ db: database.db, clock })];
    const both = await Promise.all(
      nodes.map((queue) => Promise.all(Array.from({ length: 100 }, (_, index) => queue.add({ ...aPost(roomId, mira, `${index}`), clientId: `post ${index}` })))),
    );
    const [here, there] = both.map((outcomes) => outcomes.map((outcome) => ("messageId" in outcome ? outcome.messageId : null)));
    expect(here).toEqual(there);
    const log = await database.db.selectFrom("room_events").select("seq").where("room_id", "=", roomId).orderBy("seq").execute();
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });
});

async function aRoom({ db }: Database) {
  const [roomId, mira, tomas] = [newId(), newId(), newId()];
  for (const id of [mira, tomas]) {
    await db.insertInto("users").values({ id, kind: "human", username: id, username_key: id, display_name: id }).execute();
  }
  const settings = JSON.stringify({ assistantMode: "mention", whoCanPost: "everyone" });
  await db.insertInto("rooms").values({ id: roomId, kind: "room", title: "Rooftop", settings, created_by: mira }).execute();
  return { roomId, mira, tomas };
}

function aPost(roomId: string, authorId: string, content: string): PendingPost {
  return {
    roomId, authorId, content, clientId: newId(), clientHash: content, messageId: newId(), type: "text",
    metadata: {}, replyToId: null, threadRootId: null, accessVersion: 0, mentions: [], mentionsRoom: false, runs: [],
  };
}

async function messagesIn({ db }: Database, roomId: string): Promise<string[]> {
  const rows = await db.selectFrom("messages").select("content").where("room_id", "=", roomId).orderBy("seq").execute();
  return rows.map(({ content }) => content);
}
