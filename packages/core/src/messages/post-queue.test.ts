import { DatabaseUnavailable } from "@tertulia/db/errors";
import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { sql } from "kysely";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Flight, PostQueue } from "./post-queue.ts";
import type { PendingPost } from "./store-posts.ts";

describe.each(testDatabases())("the post queue on %s", (kind) => {
  const clock = new MovableClock();
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  const openQueue = (quickFlights = 3) => new PostQueue({ db: database.db, clock, quickFlights });

  /** Holds a room, or an author: whoever stores something of theirs waits until the answer is called. */
  async function holding(id: string): Promise<() => Promise<void>> {
    const [release, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = database.db.transaction().execute(async (trx) => {
      // Else Postgres ends the idle holder first, and the post goes through.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      await trx.selectFrom("rooms").select("id").where("id", "=", id).forUpdate().execute();
      await trx.selectFrom("users").select("id").where("id", "=", id).forUpdate().execute();
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const letGo = () => {
      release.resolve();
      return holder;
    };
    onTestFinished(letGo);
    return letGo;
  }

  test("[M4] posts of many people at once get seqs without gaps, each sender's in the order they were sent", async () => {
    const { roomId, mira, tomas } = await aRoom(database);
    const queue = openQueue();
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
    const queue = openQueue();
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
    const queue = openQueue();
    await database.db.updateTable("rooms").set({ access_version: 1 }).where("id", "=", roomId).execute();
    expect(await queue.add(aPost(roomId, mira, "Tea?"))).toEqual({ outcome: "stale" });
    expect(await queue.add(aPost(newId(), mira, "Tea?"))).toEqual({ outcome: "gone" });
  });

  test("a poison post fails alone: the others of its flight are stored", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = openQueue();
    const first = queue.add(aPost(roomId, mira, "first"));
    const poison = queue.add({ ...aPost(roomId, newId(), "by nobody the database knows") });
    const last = queue.add(aPost(roomId, mira, "last"));
    await expect(poison).rejects.toThrow("foreign key constraint");
    expect((await Promise.all([first, last])).map(({ outcome }) => outcome)).toEqual(["fresh", "fresh"]);
    expect(await messagesIn(database, roomId)).toEqual(["first", "last"]);
  });

  describe.runIf(kind === "postgres")("[A8] when the database lets a flight wait in vain", () => {
    test("who waits behind it, or to take off, is refused with it, and waits no further", async () => {
      const [slow, other] = [await aRoom(database), await aRoom(database)];
      const queue = openQueue(1);
      const letGo = await holding(slow.mira);
      const posts = [slow, slow, other].map(({ roomId, mira }) => queue.add(aPost(roomId, mira, "Tea?")));
      expect(await Promise.allSettled(posts)).toEqual(Array(3).fill(unavailable));
      await letGo();
      expect(await queue.add(aPost(slow.roomId, slow.mira, "after"))).toMatchObject({ outcome: "fresh" });
    });

    test("whoever waits behind others that land is not", async () => {
      const rooms = await Promise.all(Array.from({ length: 4 }, () => aRoom(database)));
      const queue = openQueue(2);
      const [stalled, second, third, last] = rooms.map(({ roomId, mira }) => () => queue.add(aPost(roomId, mira, "Tea?")));
      const [letFirst, letSecond, letThird] = await Promise.all(rooms.slice(0, 3).map(({ mira }) => holding(mira)));
      const failing = stalled?.();
      const landing = second?.();
      const flying = third?.();
      // The third takes off so much later than the first that it can still land when that one is ended.
      await vi.waitFor(() => stoodInTheAirFor(database, 2, "1 second"), { timeout: 4_000 });
      await letSecond?.();
      await landing;
      // The third has taken off by then, so that this one waits by itself.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const waiting = last?.();
      await expect(failing).rejects.toThrow(DatabaseUnavailable);
      await letThird?.();
      expect(await Promise.all([flying, waiting])).toMatchObject([{ outcome: "fresh" }, { outcome: "fresh" }]);
      await letFirst?.();
    });

    test("what has come for a room that someone else holds is refused with what waited for it, in its order", async () => {
      const held = await aRoom(database);
      const queue = openQueue();
      const letGo = await holding(held.roomId);
      const ends: string[] = [];
      const posts = ["one", "two", "three"].map((content) => queue.add(aPost(held.roomId, held.mira, content)).finally(() => ends.push(content)));
      expect(await Promise.allSettled(posts)).toEqual(Array(3).fill(unavailable));
      expect(ends).toEqual(["one", "two", "three"]);
      await letGo();
      expect(await queue.add(aPost(held.roomId, held.mira, "after"))).toMatchObject({ outcome: "fresh", seq: 1 });
    });

    test("so are the rest of a flight that goes one by one because of a poison post", async () => {
      const [first, slow] = [await aRoom(database), await aRoom(database)];
      const queue = openQueue(1);
      const letGo = await holding(slow.mira);
      const flying = queue.add(aPost(first.roomId, first.mira, "takes off alone"));
      // The next flight has all three.
      const poison = reasonOf(queue.add(aPost(slow.roomId, newId(), "by nobody the database knows")));
      const [one, two] = ["one", "two"].map((content) => reasonOf(queue.add(aPost(slow.roomId, slow.mira, content))));
      await flying;
      expect(String(await poison)).toContain("foreign key constraint");
      expect(await one).toBeInstanceOf(DatabaseUnavailable);
      await letGo();
      expect(await two).toBeInstanceOf(DatabaseUnavailable);
      await queue.add(aPost(slow.roomId, slow.mira, "after"));
      expect(await messagesIn(database, slow.roomId)).toEqual(["after"]);
    });
  });

  test("tells how long each post of a flight took and how many wait, to whoever observes it", async () => {
    const { roomId, mira } = await aRoom(database);
    const queue = openQueue();
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
    const queue = openQueue();
    const posts = ["flies", "waits", "waits too"].map((content) => queue.add(aPost(roomId, mira, content)));
    await queue.close();
    expect(await messagesIn(database, roomId)).toEqual(["flies", "waits", "waits too"]);
    expect((await Promise.all(posts)).map(({ outcome }) => outcome)).toEqual(["fresh", "fresh", "fresh"]);
    await expect(queue.add(aPost(roomId, mira, "too late"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await openQueue().close();
  });

  test.runIf(kind === "postgres")("a post waits for no other room's flight, and what comes for a room in the air goes together behind it", async () => {
    const [slow, free] = [await aRoom(database), await aRoom(database)];
    const queue = openQueue();
    const aboard: number[] = [];
    queue.observe(({ tookMs }) => void aboard.push(tookMs.length));
    const letGo = await holding(slow.mira);
    const waiting = [slow.mira, slow.tomas, slow.tomas].map((author, index) => queue.add(aPost(slow.roomId, author, `${index}`)));
    expect(await queue.add(aPost(free.roomId, free.mira, "through"))).toMatchObject({ outcome: "fresh", seq: 1 });
    expect(queue.length).toBe(2);
    await letGo();
    await Promise.all(waiting);
    expect(await messagesIn(database, slow.roomId)).toEqual(["0", "1", "2"]);
    expect(aboard).toEqual([1, 1, 2]);
  });

  test.runIf(kind === "postgres")("three quick flights are in the air at most: what comes then goes together in the next", async () => {
    const slow = await Promise.all(Array.from({ length: 3 }, () => aRoom(database)));
    const free = await Promise.all(Array.from({ length: 3 }, () => aRoom(database)));
    const queue = openQueue();
    const aboard: number[] = [];
    queue.observe(({ tookMs }) => void aboard.push(tookMs.length));
    const letGo = await Promise.all(slow.map(({ mira }) => holding(mira)));
    const posts = [...slow, ...free].map(({ roomId, mira }) => queue.add(aPost(roomId, mira, "Tea?")));
    expect(queue.length).toBe(3);
    await Promise.all(letGo.map((end) => end()));
    await Promise.all(posts);
    expect(aboard.toSorted((a, b) => a - b)).toEqual([1, 1, 1, 3]);
  });

  test.runIf(kind === "postgres")("a room that someone holds stalls no other room, and its posts keep their order", async () => {
    const held = await aRoom(database);
    const free = await aRoom(database);
    const queue = openQueue();
    const letGo = await holding(held.roomId);
    const waiting = ["one", "two", "three"].map((content) => queue.add(aPost(held.roomId, held.mira, content)));
    expect(await queue.add(aPost(free.roomId, free.mira, "through"))).toMatchObject({ outcome: "fresh", seq: 1 });
    waiting.push(queue.add(aPost(held.roomId, held.mira, "four")));
    await letGo();
    await Promise.all(waiting);
    expect(await messagesIn(database, held.roomId)).toEqual(["one", "two", "three", "four"]);
  });

  test.runIf(kind === "postgres")("what was sent while its room was found to be held stays behind what found it so", async () => {
    const held = await aRoom(database);
    const queue = openQueue();
    const letGo = await holding(held.roomId);
    const elsewhere = await aRoom(database);
    const first = queue.add(aPost(elsewhere.roomId, elsewhere.mira, "takes off alone"));
    const waiting = ["one", "two"].map((content) => queue.add(aPost(held.roomId, held.mira, content)));
    await first;
    // The flight of one and two is in the air now.
    await new Promise<void>((resolve) => setImmediate(resolve));
    waiting.push(queue.add(aPost(held.roomId, held.mira, "three")));
    await queue.add(aPost(elsewhere.roomId, elsewhere.mira, "lands after they were found busy"));
    await letGo();
    await Promise.all(waiting);
    expect(await messagesIn(database, held.roomId)).toEqual(["one", "two", "three"]);
  });

  test.runIf(kind === "postgres")("[M3] two nodes racing with the same clientIds leave one row each and no hole in the log", async () => {
    const { roomId, mira } = await aRoom(database);
    const nodes = [openQueue(), openQueue()];
    const both = await Promise.all(
      nodes.map((queue) => Promise.all(Array.from({ length: 100 }, (_, index) => queue.add({ ...aPost(roomId, mira, `${index}`), clientId: `post ${index}` })))),
    );
    const [here, there] = both.map((outcomes) => outcomes.map((outcome) => ("messageId" in outcome ? outcome.messageId : null)));
    expect(here).toEqual(there);
    const log = await database.db.selectFrom("room_events").select("seq").where("room_id", "=", roomId).orderBy("seq").execute();
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });
});

const reasonOf = (post: Promise<unknown>): Promise<unknown> => post.then(() => null, (error: unknown) => error);
const unavailable = { status: "rejected", reason: expect.any(DatabaseUnavailable) };

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

/** Throws unless so many flights have waited in the database for so long. */
async function stoodInTheAirFor({ db }: Database, flights: number, interval: string): Promise<void> {
  const { rows } = await sql`
    select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query_start < clock_timestamp() - ${interval}::interval`.execute(db);
  expect(rows).toHaveLength(flights);
}

async function messagesIn({ db }: Database, roomId: string): Promise<string[]> {
  const rows = await db.selectFrom("messages").select("content").where("room_id", "=", roomId).orderBy("seq").execute();
  return rows.map(({ content }) => content);
}
