import { setTimeout as delay } from "node:timers/promises";
import { DatabaseUnavailable } from "@tertulia/db/errors";
import { type Database, openDatabase } from "@tertulia/db/open";
import { createDatabase, silentLog, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Message, PostMessage } from "@tertulia/model/messages";
import { howMuch } from "@tertulia/testing/how-much";
import { sql } from "kysely";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, eventsIn, listenTo, person } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { addMember } from "../members/add-member.ts";
import { listMessages } from "./list-messages.ts";
import { postMessage } from "./post-message.ts";
import { PostQueue } from "./post-queue.ts";
import type { PendingPost } from "./store-posts.ts";

const LONG_RUN_MS = 30 * 60_000;

describe.skipIf(!testDatabases().includes("postgres"))("posts that race on Postgres", () => {
  /** Two nodes: each its own core over connections of its own. */
  let databases: [Database, Database];
  let nodes: [Core, Core];
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const created = await createDatabase();
    drop = created.drop;
    const open = () => openDatabase({ url: created.url }, { log: silentLog });
    databases = [await open(), await open()];
    nodes = [(await openTestCore(databases[0])).core, (await openTestCore(databases[1])).core];
    await delayCommits(databases[0]);
  });
  afterAll(async () => {
    for (const node of nodes) await node.close();
    for (const database of databases) await database.close();
    await drop();
  });

  const nodeOf = (index: number) => nodes[index % 2 === 0 ? 0 : 1];

  test("[A10] the same post many times at once on two nodes is one row and as many equal answers; other content is a conflict", { timeout: LONG_RUN_MS }, async () => {
    const { rounds, atOnce } = howMuch.sameClientId;
    const { mira, roomId } = await castIn(nodes[0]);
    const { headSeq: before } = await listMessages(nodes[0], mira, { roomId, limit: 1 });
    for (let round = 0; round < rounds; round++) {
      const post = text(roomId, `Tea ${round}?`);
      const answers = await Promise.all(Array.from({ length: atOnce }, (_, index) => postMessage(nodeOf(index), mira, post)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      await expect(postMessage(nodeOf(round), mira, { ...post, content: "Coffee?" })).rejects.toMatchObject({ code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } });
    }
    expect(await seqsIn(roomId)).toEqual(from(before + 1, rounds));
  });

  test("[A10] a replay a day later, on a node started since, is the first answer", async () => {
    const { mira, roomId } = await castIn(nodes[0]);
    const post = text(roomId, "Tea?");
    const first = await postMessage(nodes[0], mira, post);
    const { core: later, clock } = await openTestCore(databases[1]);
    clock.move(24 * 3_600_000);
    expect(await postMessage(later, mira, post)).toEqual(first);
    await later.close();
  });

  test("[A9] a commit that takes longer than its client waits: however often it asks again, there is one row and one answer", { timeout: LONG_RUN_MS }, async () => {
    const { commitMs, clientWaitsMs, tries } = howMuch.slowCommit;
    const { mira, roomId } = await castIn(nodes[0]);
    const { headSeq: before } = await listMessages(nodes[0], mira, { roomId, limit: 1 });
    const post = text(roomId, `commits after ${commitMs}`);
    const attempts: Promise<Message>[] = [];
    for (let attempt = 0; attempt < tries; attempt++) {
      const asked = postMessage(nodeOf(attempt), mira, post);
      attempts.push(asked);
      await Promise.race([asked.catch(() => {}), delay(clientWaitsMs, undefined, { ref: false })]);
    }
    const answered = (await Promise.allSettled(attempts)).flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
    // What took too long for the node itself is unknown to its client, who asks on.
    answered.push(await untilAnswered(() => postMessage(nodes[1], mira, post)));
    expect(new Set(answered.map(({ id }) => id)).size).toBe(1);
    expect(await seqsIn(roomId)).toEqual([before + 1]);
  });

  test("[A9] a room held by someone else for longer than a client waits: its posts come once, in order, and other rooms don't wait", async () => {
    const [held, free] = [await castIn(nodes[0]), await castIn(nodes[0])];
    const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = databases[1].db.transaction().execute(async (trx) => {
      await trx.selectFrom("rooms").select("id").where("id", "=", held.roomId).forNoKeyUpdate().execute();
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const posts = ["one", "two", "three"].map((content) => text(held.roomId, content));
    const asked = [0, 1, 2].flatMap((again) => posts.map((post) => postMessage(nodeOf(again), held.mira, post)));
    for (const node of nodes) expect(await postMessage(node, free.mira, text(free.roomId, "through"))).toMatchObject({ content: "through" });
    release.resolve();
    await holder;
    const answers = await Promise.all(asked);
    expect(answers.slice(3, 6)).toEqual(answers.slice(0, 3));
    expect(answers.slice(6)).toEqual(answers.slice(0, 3));
    expect(answers.slice(0, 3).map(({ seq }) => seq)).toEqual(await seqsIn(held.roomId));
  });

  test("[M3] [M4] thirty-two writers racing with the same clientIds leave one row each and no hole in the log", async () => {
    const { mira, roomId } = await castIn(nodes[0]);
    const before = (await listMessages(nodes[0], mira, { roomId, limit: 1 })).headSeq;
    const writers = Array.from({ length: 32 }, (_, index) => openQueue(nodeOf(index)));
    const everyones = await Promise.all(
      writers.map((queue, writer) =>
        // Each begins elsewhere, so that different posts race at different times.
        Promise.all(from(writer, 20).map((number) => queue.add(pending(roomId, mira, `${number % 20}`, { clientId: `post ${number % 20}` })))),
      ),
    );
    const idOf = (writer: number, number: number) => {
      const outcome = everyones[writer]?.[(number - writer + 40) % 20];
      return outcome && "messageId" in outcome ? outcome.messageId : null;
    };
    for (let number = 0; number < 20; number++) expect(new Set(writers.map((_, writer) => idOf(writer, number))).size).toBe(1);
    const log = (await loadEvents(nodes[0].db, roomId, before, 1_000)).map(({ seq }) => seq);
    expect(log).toEqual(from(before + 1, 20));
  });

  test("[A11] whatever order commits would like to end in, who follows from a cursor skips nothing", { timeout: LONG_RUN_MS }, async () => {
    const { writers, messages, commitDelayMs } = howMuch.commitOrder;
    const { mira, roomId } = await castIn(nodes[0]);
    const start = (await listMessages(nodes[0], mira, { roomId, limit: 1 })).headSeq;
    const burst = 8;
    let isOver = false;
    const following = follow(roomId, start, () => isOver);
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const queue = openQueue(nodeOf(writer));
        for (let sent = writer * burst; sent < messages; sent += writers * burst) {
          const contents = from(sent, Math.min(burst, messages - sent)).map((number, place) => (place === 0 ? `commits after ${Math.random() * commitDelayMs}` : `${number}`));
          await Promise.all(contents.map((content) => pending(roomId, mira, content)).map((post) => untilAnswered(() => queue.add(post))));
        }
      }),
    );
    isOver = true;
    expect(await following).toEqual(from(start + 1, messages));
  });

  test("[A24] what each of many senders pipelines comes in the order it was sent, to everyone, by whichever node", { timeout: LONG_RUN_MS }, async () => {
    const { senders, sends } = howMuch.pipelined;
    const { mira, tomas, roomId } = await castIn(nodes[0]);
    const people = [mira, ...(await Promise.all(Array.from({ length: senders - 1 }, () => aMember(mira, roomId))))];
    const heard = await Promise.all(nodes.map((node) => listenTo(node, "room", roomId)));
    // Some have to look something up before they can be admitted.
    const words = (number: number) => (number % 3 === 0 ? `${number} @${tomas.user.username}` : `${number}`);
    const sent = await Promise.all(people.map((who, place) => Promise.all(from(0, sends).map((number) => postMessage(nodeOf(place), who, text(roomId, words(number)))))));
    for (const own of sent) {
      expect(own.map(({ seq }) => seq)).toEqual(own.map(({ seq }) => seq).toSorted((a, b) => a - b));
    }
    for (const notes of heard) {
      const seqs = eventsIn(notes).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    }
    expect(heard.flatMap(eventsIn)).toHaveLength(senders * sends);
  });

  async function aMember(owner: Actor, roomId: Id): Promise<Actor> {
    const who = await person(nodes[0], "lin");
    await addMember(nodes[0], owner, { roomId, userId: who.user.id });
    return who;
  }

  /** Reads the log from a cursor on, again and again, as a client that comes back would; answers all it saw. */
  async function follow(roomId: Id, cursor: Seq, isOver: () => boolean): Promise<Seq[]> {
    const seen: Seq[] = [];
    for (;;) {
      const wasOver = isOver();
      const events = await loadEvents(nodes[1].db, roomId, seen.at(-1) ?? cursor, 200);
      seen.push(...events.map(({ seq }) => seq));
      if (wasOver && events.length === 0) return seen;
    }
  }

  async function seqsIn(roomId: Id): Promise<Seq[]> {
    const rows = await nodes[0].db.selectFrom("messages").select("seq").where("room_id", "=", roomId).orderBy("seq").execute();
    return rows.map(({ seq }) => seq);
  }
});

const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);

const text = (roomId: Id, content: string): PostMessage => ({ roomId, clientId: newId(), content, type: "text" });

const pending = (roomId: Id, author: Actor, content: string, more: Partial<PendingPost> = {}): PendingPost => ({
  roomId, authorId: author.user.id, content, clientId: newId(), clientHash: content, messageId: newId(), type: "text", metadata: {},
  replyToId: null, threadRootId: null, accessVersion: 0, mentions: [], mentionsRoom: false, runs: [], ...more,
});

/** From now on a message that says "commits after 40" holds up its own commit, under the locks it took, for 40 ms. */
async function delayCommits({ db }: Database): Promise<void> {
  await sql`
    create function delay_commit() returns trigger language plpgsql as $$
    begin
      perform pg_sleep(substring(new.content from 'commits after ([0-9.]+)')::float / 1000);
      return null;
    end $$`.execute(db);
  await sql`
    create constraint trigger delayed_commits after insert on messages deferrable initially deferred
    for each row when (new.content like 'commits after %') execute function delay_commit()`.execute(db);
}

const openQueue = ({ db, clock }: Core) => new PostQueue({ db, clock, quickFlights: 3 });

/** Asks again as a client does whom the database had no time for, with the same clientId. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
    }
  }
}
