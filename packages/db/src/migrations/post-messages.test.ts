import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { type QueryExecutorProvider, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../open.ts";
import { openTestDatabase, testDatabases } from "../testing/open-test-database.ts";

const SLOW_MACHINE_MS = 120_000;

const [mira, tomas, quill] = [randomUUID(), randomUUID(), randomUUID()];

/** A post as the batch takes it; `ix` is its place in the batch. */
interface Post {
  room: string;
  author: string;
  clientId: string;
  hash: string;
  accessVersion: number;
  messageId: string;
  mentions: string[];
  runs: { id: string; assistant_id: string }[];
  replyTo: string | null;
  threadRoot: string | null;
  mentionsRoom: boolean;
  content: string;
}

interface Outcome {
  outcome: "fresh" | "known" | "conflict" | "stale" | "rootless" | "busy" | "gone";
  id: string | null;
  seq: number | null;
  at: Date | null;
  /** How many replies the thread has then. */
  count: number | null;
}

describe.each(testDatabases())("post_messages on the %s database", (kind) => {
  let database: Database;
  let room: string;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    const people = [{ id: mira, name: "mira" }, { id: tomas, name: "tomas" }, { id: quill, name: "quill" }];
    for (const { id, name } of people) {
      await database.db.insertInto("users").values({ id, kind: "human", email: null, username: name, username_key: name, display_name: name, avatar_url: null, password_hash: null, last_active_at: null }).execute();
    }
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    room = await addRoom(database);
  });

  const run = (posts: Post[], waits = false, db: QueryExecutorProvider = database.db) => postMessages(db, posts, waits);

  test("[M4] numbers a room's posts from one on, in the order asked, and writes message, event and head together", async () => {
    const outcomes = await run([post(room), post(room, { author: tomas }), post(room)]);
    expect(outcomes.map(({ outcome, seq }) => [outcome, seq])).toEqual([["fresh", 1], ["fresh", 2], ["fresh", 3]]);
    const { messages, events, head } = await stateOf(database, room);
    expect(messages.map(({ id, seq, unread_seq }) => [id, seq, unread_seq])).toEqual(outcomes.map(({ id, seq }) => [id, seq, seq]));
    expect(events.map(({ subject_id, seq, kind }) => [subject_id, seq, kind])).toEqual(outcomes.map(({ id, seq }) => [id, seq, "message.posted"]));
    expect(head.head_seq).toBe(3);
    expect(head.last_message_at).toEqual(outcomes[0]?.at);
  });

  test("[M3] a post asked again is known, with its first place and time; with other content it is in conflict", async () => {
    const first = post(room);
    const [fresh] = await run([first]);
    expect(await run([{ ...first, messageId: randomUUID() }])).toEqual([{ ...fresh, outcome: "known" }]);
    expect(await run([post(room), { ...first, messageId: randomUUID(), hash: "other words" }])).toMatchObject([{ outcome: "fresh", seq: 2 }, { ...fresh, outcome: "conflict" }]);
    expect((await stateOf(database, room)).messages).toHaveLength(2);
  });

  test("[M3] the same post twice in one batch is its caller's mistake, and nothing of it is stored", async () => {
    const first = post(room);
    await expect(run([post(room), first, { ...first, messageId: randomUUID() }])).rejects.toMatchObject({ code: "23505" });
    expect(await stateOf(database, room)).toMatchObject({ messages: [], events: [], head: { head_seq: 0 } });
  });

  test("a post that was edited since is still known", async () => {
    const first = post(room);
    const [fresh] = await run([first]);
    await database.db.updateTable("messages").set({ content: "Coffee?", edited_at: new Date() }).where("room_id", "=", room).execute();
    expect(await run([first])).toEqual([{ ...fresh, outcome: "known" }]);
  });

  test("the same client_id of another author or in another room is another post", async () => {
    const other = await addRoom(database);
    const outcomes = await run([post(room, { clientId: "1" }), post(room, { clientId: "1", author: tomas }), post(other, { clientId: "1" })]);
    expect(outcomes.map(({ outcome, seq }) => [outcome, seq])).toEqual([["fresh", 1], ["fresh", 2], ["fresh", 1]]);
  });

  test("a post decided on old facts is stale and takes no seq, unless it is known", async () => {
    const before = post(room);
    await run([before]);
    await database.db.updateTable("rooms").set({ access_version: 7 }).where("id", "=", room).execute();
    const outcomes = await run([post(room), before, post(room, { accessVersion: 7 })]);
    expect(outcomes.map(({ outcome, seq }) => [outcome, seq])).toEqual([["stale", null], ["known", 1], ["fresh", 2]]);
  });

  test("a room that doesn't exist is gone, and the others aren't disturbed", async () => {
    const outcomes = await run([post(randomUUID()), post(room)]);
    expect(outcomes.map(({ outcome, seq }) => [outcome, seq])).toEqual([["gone", null], ["fresh", 1]]);
  });

  test("mentions and queued runs are written with the message, under its seq", async () => {
    const runId = randomUUID();
    const [fresh] = await run([post(room, { mentions: [tomas, quill], runs: [{ id: runId, assistant_id: quill }] })]);
    const mentions = await database.db.selectFrom("mentions").selectAll().where("room_id", "=", room).execute();
    expect(mentions).toEqual(expect.arrayContaining([tomas, quill].map((user_id) => ({ message_id: fresh?.id, user_id, room_id: room, seq: 1, thread_root_id: null }))));
    expect(mentions).toHaveLength(2);
    expect(await database.db.selectFrom("assistant_runs").select(["id", "assistant_id", "asked_by", "trigger_message_id", "status"]).where("room_id", "=", room).execute()).toEqual([
      { id: runId, assistant_id: quill, asked_by: mira, trigger_message_id: fresh?.id, status: "queued" },
    ]);
  });

  test("a known, stale or conflicting post mentions nobody and queues nothing", async () => {
    const first = post(room);
    await run([first]);
    const more = { mentions: [tomas], runs: [{ id: randomUUID(), assistant_id: quill }] };
    await run([{ ...first, ...more }, post(room, { ...more, accessVersion: 3 })]);
    await run([post(room), { ...first, ...more, hash: "other" }]);
    expect(await database.db.selectFrom("mentions").selectAll().where("room_id", "=", room).execute()).toEqual([]);
    expect(await database.db.selectFrom("assistant_runs").selectAll().where("room_id", "=", room).execute()).toEqual([]);
  });

  test("a reply may answer a post of the same batch", async () => {
    const question = post(room);
    const outcomes = await run([question, post(room, { replyTo: question.messageId })]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["fresh", "fresh"]);
  });

  test("a reply that comes alone is stored as one among others", async () => {
    const question = post(room);
    await run([question]);
    const reply = post(room, { replyTo: question.messageId });
    await run([reply]);
    const rows = await database.db.selectFrom("messages").select(["id", "reply_to_id"]).where("room_id", "=", room).orderBy("seq").execute();
    expect(rows).toEqual([{ id: question.messageId, reply_to_id: null }, { id: reply.messageId, reply_to_id: question.messageId }]);
  });

  test("a poison post fails its whole batch and leaves nothing of it, not even a seq", async () => {
    await expect(run([post(room), post(room, { author: randomUUID() })])).rejects.toMatchObject({ code: "23503" });
    expect(await run([post(room)])).toMatchObject([{ outcome: "fresh", seq: 1 }]);
  });

  describe("in a thread", () => {
    const threadOf = async (root: string) => {
      const { thread_count } = await database.db.selectFrom("messages").select("thread_count").where("id", "=", root).executeTakeFirstOrThrow();
      const people = await database.db.selectFrom("thread_members").select(["user_id", "last_read_seq", "mentioned_seq"]).where("root_id", "=", root).execute();
      const of = (number: "last_read_seq" | "mentioned_seq") => Object.fromEntries(people.map((person) => [person.user_id, person[number]]));
      return { count: thread_count, people: of("last_read_seq"), mentioned: of("mentioned_seq") };
    };
    const reply = (root: Post, facts: Partial<Post> = {}) => post(root.room, { threadRoot: root.messageId, ...facts });

    beforeEach(async () => {
      for (const user_id of [mira, tomas]) await database.db.insertInto("room_members").values({ room_id: room, user_id, last_read_at: null, archived_at: null }).execute();
    });

    test("a reply takes a seq of the room, is not unread in it and doesn't make it recent, and is counted at its root", async () => {
      const root = post(room, { author: tomas });
      await run([root]);
      await database.db.updateTable("rooms").set({ last_message_at: null }).where("id", "=", room).execute();
      expect(await run([reply(root), reply(root)])).toMatchObject([{ outcome: "fresh", seq: 2, count: 1 }, { outcome: "fresh", seq: 3, count: 2 }]);
      expect(await run([reply(root), post(room)])).toMatchObject([{ seq: 4, count: 3 }, { seq: 5, count: null }]);
      const { messages, head } = await stateOf(database, room);
      expect(messages.map(({ seq, unread_seq }) => [seq, unread_seq])).toEqual([[1, 1], [2, null], [3, null], [4, null], [5, 5]]);
      expect(head.head_seq).toBe(5);
      expect((await threadOf(root.messageId)).count).toBe(3);
    });

    test("a room in which only threads grow is no more recent for it", async () => {
      const root = post(room);
      await run([root]);
      const { last_message_at: before } = (await stateOf(database, room)).head;
      await database.db.updateTable("rooms").set({ last_message_at: new Date(0) }).where("id", "=", room).execute();
      await run([reply(root)]);
      expect((await stateOf(database, room)).head.last_message_at).toEqual(new Date(0));
      await run([post(room)]);
      expect((await stateOf(database, room)).head.last_message_at?.getTime()).toBeGreaterThanOrEqual(before?.getTime() ?? Infinity);
    });

    test("who began it, speaks in it or is mentioned in it is in it; what came before them is read, and nobody's place moves back", async () => {
      const root = post(room, { author: tomas });
      await run([root, post(room)]);
      await run([reply(root, { author: mira, mentions: [quill] })]);
      // Quill has no seat in the room.
      expect((await threadOf(root.messageId)).people).toEqual({ [mira]: 3, [tomas]: 2 });
      await run([reply(root, { author: tomas, mentions: [mira] }), reply(root, { author: mira })]);
      expect(await threadOf(root.messageId)).toMatchObject({ people: { [mira]: 3, [tomas]: 2 }, mentioned: { [mira]: 4, [tomas]: 0 } });
      await database.db.deleteFrom("room_members").where("user_id", "=", tomas).where("room_id", "=", room).execute();
      expect((await threadOf(root.messageId)).people).toEqual({ [mira]: 3 });
    });

    test("a reply is rootless where its root is in another room, deleted, a reply itself or nowhere, and takes no seq", async () => {
      const other = await addRoom(database);
      const [root, elsewhere, deleted] = [post(room), post(other), post(room)];
      await run([root, elsewhere, deleted]);
      const inThread = reply(root);
      await run([inThread]);
      await database.db.updateTable("messages").set({ deleted_at: new Date() }).where("id", "=", deleted.messageId).execute();
      const outcomes = await run([elsewhere, deleted, inThread, post(room)].map(({ messageId }) => post(room, { threadRoot: messageId })));
      expect(outcomes.map(({ outcome, seq }) => [outcome, seq])).toEqual(Array(4).fill(["rootless", null]));
      expect((await stateOf(database, room)).head.head_seq).toBe(3);
    });

    test("[M3] a replay counts no second time, also after the root was deleted", async () => {
      const root = post(room);
      await run([root]);
      const first = reply(root);
      const [fresh] = await run([first]);
      expect(await run([{ ...first, messageId: randomUUID() }, post(room)])).toMatchObject([{ ...fresh, outcome: "known", count: null }, { outcome: "fresh" }]);
      await database.db.updateTable("messages").set({ deleted_at: new Date() }).where("id", "=", root.messageId).execute();
      expect(await run([first])).toMatchObject([{ outcome: "known", id: fresh?.id, seq: 2 }]);
      expect((await threadOf(root.messageId)).count).toBe(1);
    });
  });

  describe("notices", () => {
    const noticed = async () => (await database.db.selectFrom("notice_outbox").select("message_id").where("room_id", "=", room).orderBy("id").execute()).map(({ message_id }) => message_id);

    test("are due for what mentions, replies, stands in a thread or in a direct message, and for nothing else", async () => {
      const first = post(room);
      const due = [post(room, { mentions: [tomas] }), post(room, { mentionsRoom: true }), post(room, { replyTo: first.messageId })];
      await run([first, ...due, post(room)]);
      const inThread = post(room, { threadRoot: first.messageId });
      for (const again of [inThread, { ...inThread, messageId: randomUUID() }]) await run([again]);
      expect(await noticed()).toEqual([...due, inThread].map(({ messageId }) => messageId));
      await database.db.updateTable("rooms").set({ kind: "dm" }).where("id", "=", room).execute();
      const toOne = post(room);
      await run([toOne]);
      expect((await noticed()).at(-1)).toBe(toOne.messageId);
    });

    test("that nobody drains are gone after a day, two for each that comes", async () => {
      await database.db.deleteFrom("notice_outbox").execute();
      const posts = Array.from({ length: 7 }, () => post(room, { mentions: [tomas] }));
      await run(posts);
      await database.db.updateTable("notice_outbox").set({ at: new Date(Date.now() - 25 * 3_600_000) }).where("message_id", "in", posts.slice(0, 5).map(({ messageId }) => messageId)).execute();
      for (const left of [6, 5, 5]) {
        await run([post(room, { mentions: [tomas] })]);
        expect(await noticed()).toHaveLength(left);
      }
    });
  });

  test("[A38] a server of before this function goes on posting beside it: one log, and each knows the other's posts", async () => {
    const [theirs, ours] = [post(room), post(room)];
    const before = (posts: Post[]) => postBatch(database.db, posts);
    expect(await before([theirs])).toMatchObject([{ outcome: "fresh", seq: 1 }]);
    expect(await run([theirs, ours])).toMatchObject([{ outcome: "known", seq: 1 }, { outcome: "fresh", seq: 2 }]);
    expect(await before([ours, theirs, post(room, { mentions: [tomas] })])).toMatchObject([{ outcome: "known", seq: 2 }, { outcome: "known", seq: 1 }, { outcome: "fresh", seq: 3 }]);
  });

  test("words are stored as they came, whatever they are", async () => {
    const content = `'"; drop table messages; -- \\ $$ 茶 🍵 {"a":1} \n\t \u2028`;
    await run([post(room, { content })]);
    expect((await stateOf(database, room)).messages).toMatchObject([{ content }]);
  });

  test("an empty batch is answered with nothing", async () => {
    expect(await run([])).toEqual([]);
  });

  test("any run of batches does what its rules say", { timeout: SLOW_MACHINE_MS }, async () => {
    const place = fc.integer({ min: 0, max: 2 });
    const aPost = fc.record({ room: place, author: fc.constantFrom(mira, tomas), clientId: fc.constantFrom("1", "2", "3"), hash: fc.constantFrom("tea", "coffee"), behind: fc.constantFrom(0, 0, 0, 1) });
    const step = fc.oneof({ weight: 5, arbitrary: fc.uniqueArray(aPost, { maxLength: 8, selector: ({ room, author, clientId }) => `${room} ${author} ${clientId}` }) }, { weight: 1, arbitrary: fc.record({ revokeIn: fc.integer({ min: 0, max: 1 }) }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.boolean(), async (steps, waits) => {
        // The third room doesn't exist.
        const rooms = [await addRoom(database), await addRoom(database), randomUUID()];
        const rules = rooms.slice(0, 2).map((id) => new RoomByTheRules(id));
        for (const step of steps) {
          if ("revokeIn" in step) {
            const revoked = rules[step.revokeIn];
            if (!revoked) continue;
            revoked.accessVersion++;
            await database.db.updateTable("rooms").set({ access_version: revoked.accessVersion }).where("id", "=", revoked.id).execute();
            continue;
          }
          const posts = step.map(({ room, behind, ...rest }) => post(rooms[room] ?? "", { ...rest, accessVersion: (rules[room]?.accessVersion ?? 0) - behind }));
          const expected = step.map(({ room }, ix) => rules[room]?.judge(posts[ix]) ?? { outcome: "gone", id: null, seq: null });
          expect((await run(posts, waits)).map(({ outcome, id, seq }) => ({ outcome, id, seq }))).toEqual(expected);
        }
        for (const { id, stored } of rules) {
          const { messages, events, head } = await stateOf(database, id);
          expect(messages.map(({ id, seq }) => ({ id, seq }))).toEqual(stored);
          expect(events.map(({ subject_id, seq }) => ({ id: subject_id, seq }))).toEqual(stored);
          expect(head.head_seq).toBe(stored.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("[M4] batches that cross at once leave no gap, store each post once, and never deadlock", { timeout: SLOW_MACHINE_MS }, async () => {
    const rooms = await Promise.all(Array.from({ length: 4 }, () => addRoom(database)));
    const batches = Array.from({ length: 40 }, (_, n) =>
      // Each batch names the rooms in another order, and every post is asked for by four of them.
      Array.from({ length: 12 }, (_, ix) => post(rooms[(n * 3 + ix * 5) % 4] ?? "", { author: ix % 2 ? mira : tomas, clientId: `${n % 10}-${ix}`, hash: `${n % 10}-${ix}` })),
    );
    const answers = (await Promise.all(batches.map((batch) => run(batch, true)))).flat();
    const asked = batches.flat();
    const byKey = Map.groupBy(asked.map((post, ix) => ({ key: `${post.room} ${post.author} ${post.clientId}`, answer: answers[ix] })), ({ key }) => key);
    for (const same of byKey.values()) {
      expect(same.filter(({ answer }) => answer?.outcome === "fresh")).toHaveLength(1);
      expect(new Set(same.map(({ answer }) => `${answer?.id} ${answer?.seq} ${answer?.at?.toISOString()}`)).size).toBe(1);
    }
    let stored = 0;
    for (const id of rooms) {
      const { messages, events, head } = await stateOf(database, id);
      expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, n) => n + 1));
      expect(events.map(({ subject_id }) => subject_id)).toEqual(messages.map(({ id }) => id));
      expect(head.head_seq).toBe(messages.length);
      stored += messages.length;
    }
    expect(stored).toBe(byKey.size);
  });
});

describe.skipIf(!testDatabases().includes("postgres"))("post_messages beside others", () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase("postgres");
    await database.db.insertInto("users").values({ id: mira, kind: "human", email: null, username: "mira", username_key: "mira", display_name: "Mira", avatar_url: null, password_hash: null, last_active_at: null }).execute();
  });
  afterAll(() => database.close());

  test("a room that someone else holds is busy to those who don't wait, and stalls no other room", async () => {
    const [held, free] = [await addRoom(database), await addRoom(database)];
    const { promise: release, resolve: letGo } = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holding = database.db.transaction().execute(async (trx) => {
      await trx.selectFrom("rooms").select("id").where("id", "=", held).forNoKeyUpdate().execute();
      locked.resolve();
      await release;
    });
    await locked.promise;
    const quick = await postMessages(database.db, [post(held), post(free)], false);
    expect(quick.map(({ outcome, seq }) => [outcome, seq])).toEqual([["busy", null], ["fresh", 1]]);
    letGo();
    await holding;
    expect(await postMessages(database.db, [post(held)], false)).toMatchObject([{ outcome: "fresh", seq: 1 }]);
  });

  test("whoever waits for a room's lock numbers on from what the holder committed", async () => {
    const room = await addRoom(database);
    const twice = post(room);
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = database.db.transaction().execute(async (trx) => {
      await postMessages(trx, [twice], true);
      await sql`update rooms set access_version = 1 where id = ${room}`.execute(trx);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const waiting = postMessages(database.db, [{ ...twice, messageId: randomUUID() }, post(room), post(room, { accessVersion: 1 })], true);
    await someoneWaitsForALock(database);
    release.resolve();
    await holding;
    expect((await waiting).map(({ outcome, seq }) => [outcome, seq])).toEqual([["known", 1], ["stale", null], ["fresh", 2]]);
  });
});

/** The rules of post_messages for one room, as plainly as they can be said. */
class RoomByTheRules {
  readonly id: string;
  accessVersion = 0;
  readonly stored: { id: string; seq: number }[] = [];
  readonly #byKey = new Map<string, { id: string; seq: number; hash: string }>();

  constructor(id: string) {
    this.id = id;
  }

  judge(post: Post | undefined) {
    if (!post) throw new Error("There is no such post.");
    const key = `${post.author} ${post.clientId}`;
    const before = this.#byKey.get(key);
    if (before) return { outcome: before.hash === post.hash ? "known" : "conflict", id: before.id, seq: before.seq };
    if (post.accessVersion !== this.accessVersion) return { outcome: "stale", id: null, seq: null };
    const message = { id: post.messageId, seq: this.stored.length + 1 };
    this.stored.push(message);
    this.#byKey.set(key, { ...message, hash: post.hash });
    return { outcome: "fresh", ...message };
  }
}

function post(room: string, facts: Partial<Post> = {}): Post {
  return { room, author: mira, clientId: randomUUID(), hash: "tea", accessVersion: 0, messageId: randomUUID(), mentions: [], runs: [], replyTo: null, threadRoot: null, mentionsRoom: false, content: "Tea?", ...facts };
}

/** One outcome per post, in the posts' order. */
async function postMessages(db: QueryExecutorProvider, posts: Post[], waits: boolean): Promise<Outcome[]> {
  const rooms = [...new Set(posts.map(({ room }) => room))].toSorted();
  const mentioned = posts.flatMap(({ mentions }, index) => mentions.map((id) => ({ ix: index + 1, id })));
  const asked = posts.flatMap(({ runs }, index) => runs.map((run) => ({ ix: index + 1, ...run })));
  const columns = [
    rooms,
    posts.map(({ room }) => rooms.indexOf(room) + 1),
    posts.map(({ room }) => room),
    posts.map(({ author }) => author),
    posts.map(({ clientId }) => clientId),
    posts.map(({ hash }) => hash),
    posts.map(({ messageId }) => messageId),
    posts.map(() => "text"),
    posts.map(({ content }) => content),
    posts.map(() => ({})),
    posts.map(({ replyTo }) => replyTo),
    posts.map(({ threadRoot }) => threadRoot),
    posts.map(({ mentionsRoom }) => mentionsRoom),
    posts.map(({ accessVersion }) => accessVersion),
    mentioned.map(({ ix }) => ix),
    mentioned.map(({ id }) => id),
    asked.map(({ ix }) => ix),
    asked.map(({ id }) => id),
    asked.map(({ assistant_id }) => assistant_id),
  ];
  const { rows } = await sql<Answer>`select * from post_messages(${sql.join(columns)}, ${waits})`.execute(db);
  const [answer] = rows;
  return posts.map((post, index) => {
    const outcome = answer?.outcomes[index] ?? "gone";
    const isFresh = outcome === "fresh";
    return {
      outcome,
      id: isFresh ? post.messageId : (answer?.known_ids?.[index] ?? null),
      seq: answer?.seqs?.[index] ?? null,
      at: (isFresh ? answer?.posted_at : answer?.known_at?.[index]) ?? null,
      count: answer?.thread_counts?.[index] ?? null,
    };
  });
}

interface Answer {
  posted_at: Date;
  outcomes: Outcome["outcome"][];
  seqs: (number | null)[] | null;
  thread_counts: (number | null)[] | null;
  known_ids: (string | null)[] | null;
  known_at: (Date | null)[] | null;
}

/** As servers of before do it. */
async function postBatch(db: QueryExecutorProvider, posts: Post[]): Promise<Pick<Outcome, "outcome" | "seq">[]> {
  const batch = posts.map((post, ix) => ({
    ix,
    room_id: post.room,
    author_id: post.author,
    client_id: post.clientId,
    client_hash: post.hash,
    message_id: post.messageId,
    role: "user",
    type: "text",
    content: post.content,
    metadata: {},
    reply_to_id: post.replyTo,
    access_version: post.accessVersion,
    mentions: post.mentions,
    runs: post.runs,
  }));
  const { rows } = await sql<Pick<Outcome, "outcome" | "seq">>`select outcome, seq from post_batch(${JSON.stringify(batch)}::jsonb, true) order by ix`.execute(db);
  return rows;
}

async function addRoom({ db }: Database): Promise<string> {
  const id = randomUUID();
  await db.insertInto("rooms").values({ id, kind: "room", dm_key: null, password_hash: null, settings: JSON.stringify({ assistantMode: "off", whoCanPost: "everyone" }), last_message_at: null, created_by: mira, deleted_at: null }).execute();
  return id;
}

async function stateOf({ db }: Database, room: string) {
  const messages = await db.selectFrom("messages").select(["id", "seq", "unread_seq", "content"]).where("room_id", "=", room).orderBy("seq").execute();
  const events = await db.selectFrom("room_events").select(["subject_id", "seq", "kind"]).where("room_id", "=", room).orderBy("seq").execute();
  const head = await db.selectFrom("rooms").select(["head_seq", "last_message_at"]).where("id", "=", room).executeTakeFirstOrThrow();
  return { messages, events, head };
}

async function someoneWaitsForALock({ db }: Database): Promise<void> {
  const waiting = () => sql`select 1 from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`.execute(db);
  await expect.poll(async () => (await waiting()).rows.length, { interval: 5 }).toBeGreaterThan(0);
}
