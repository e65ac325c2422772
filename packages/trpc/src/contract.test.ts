import { removeMember } from "@tertulia/core/members/remove-member";
import { leaveRoom } from "@tertulia/core/rooms/leave-room";
import { testDatabases } from "@tertulia/db/testing/open-test-database";
import type { FollowedEvent } from "@tertulia/model/events";
import type { Id } from "@tertulia/model/ids";
import type { InboxUpdate } from "@tertulia/model/inbox";
import type { RunDelta } from "@tertulia/model/assistants";
import type { Notice } from "@tertulia/model/notices";
import type { Presence } from "@tertulia/model/presence";
import type { ReadPosition } from "@tertulia/model/reads";
import type { Typing } from "@tertulia/model/typing";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast, type Person } from "@tertulia/testing/cast";
import { startTestServer, type TestServerOptions } from "@tertulia/testing/start-test-server";
import { TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen, refusalOf } from "../test/ear.ts";
import { type StockClient, stockClient } from "../test/stock-client.ts";

type Batch = { id: string; data: FollowedEvent[] };

// What a stock client meets is the same, whether the feed writes to its socket or tRPC iterates, and whatever keeps the words.
const settings: TestServerOptions[] = [...testDatabases().map((database) => ({ fastPath: true, database })), { fastPath: false, database: "embedded" }];

describe.each(settings)("a stock client, fast path $fastPath, on $database", (options) => {
  let server: RunningServer;
  let cast: Cast;
  beforeAll(async () => {
    server = await startTestServer(options);
    cast = await gatherCast(server.core);
  });
  afterAll(() => server.close());

  const connect = (person: Person) => stockClient(server.url, person);
  const say = (client: StockClient, content: string, roomId: Id = cast.room.id) =>
    client.socket.messages.post.mutate({ roomId, clientId: crypto.randomUUID(), content });
  const follow = (client: StockClient, roomId: Id, after?: number) =>
    listen<Batch>((listener) => client.socket.messages.follow.subscribe(after === undefined ? { roomId } : { roomId, after }, listener));

  /** A room of its own, in which mira and tomas sit. */
  async function newRoom(client: StockClient): Promise<Id> {
    const { room } = await client.http.rooms.create.mutate({ kind: "room", title: "Cake", isPrivate: true, memberIds: [cast.tomas.account.id] });
    return room.id;
  }

  test("what one posts, the other hears", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const ear = follow(tomas, cast.room.id);
    await ear.until((heard) => heard.length > 0);
    expect(ear.heard[0]?.data).toEqual([]);
    const message = await say(mira, "Tea?");
    const batch = await ear.until((heard) => heard.find(({ data }) => data.length > 0));
    expect(batch.id).toBe(String(message.seq));
    expect(batch.data).toEqual([expect.objectContaining({ type: "message.posted", message, seq: message.seq, roomId: cast.room.id })]);
  });

  test("a follow from a seq begins with what came after it", async () => {
    await using mira = connect(cast.mira);
    const roomId = await newRoom(mira);
    const first = await say(mira, "One", roomId);
    await say(mira, "Two", roomId);
    await say(mira, "Three", roomId);
    const ear = follow(mira, roomId, first.seq);
    await ear.until((heard) => textsOf(heard).length >= 2);
    expect(textsOf(ear.heard)).toEqual(["Two", "Three"]);
  });

  test("[G1] a client whose socket was cut goes on where it was: nothing is lost, nothing comes twice", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const roomId = await newRoom(mira);
    const ear = follow(tomas, roomId);
    await ear.until((heard) => heard.length > 0);
    const said: string[] = [];
    for (let round = 0; round < 4; round++) {
      for (let word = 0; word < 5; word++) {
        const text = `${round}.${word}`;
        said.push(text);
        await say(mira, text, roomId);
        if (word === 2) tomas.cut();
      }
      await ear.until((heard) => textsOf(heard).includes(`${round}.4`));
    }
    expect(textsOf(ear.heard)).toEqual(said);
  });

  test("a cursor beyond the log is answered by a reset, alone in its batch", async () => {
    await using mira = connect(cast.mira);
    const roomId = await newRoom(mira);
    const { headSeq } = await mira.http.rooms.open.query({ roomId });
    const ear = follow(mira, roomId, headSeq + 1_000);
    const batch = await ear.until(([first]) => first);
    expect(batch).toEqual({ id: String(headSeq), data: [{ type: "reset", roomId, reason: "AHEAD_OF_LOG", headSeq }] });
  });

  test("leaving the room completes its follow, after the leaving itself", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const roomId = await newRoom(mira);
    const ear = follow(tomas, roomId);
    const typists = listen<Typing[]>((listener) => tomas.socket.typing.follow.subscribe({ roomId }, listener));
    await Promise.all([ear.until((heard) => heard.length > 0), typists.until((heard) => heard.length > 0)]);
    await leaveRoom(server.core, cast.tomas.actor, { roomId });
    expect(await ear.end()).toBe("completed");
    expect(await typists.end()).toBe("completed");
    expect(ear.heard.at(-1)?.data.at(-1)).toMatchObject({ type: "member.left", user: { username: "tomas" } });
  });

  test("whoever is removed hears nothing more, by no old cursor either", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const roomId = await newRoom(mira);
    const ear = follow(tomas, roomId);
    await ear.until((heard) => heard.length > 0);
    await removeMember(server.core, cast.mira.actor, { roomId, userId: cast.tomas.account.id });
    expect(await ear.end()).toBe("completed");
    await say(mira, "Is he gone?", roomId);
    const again = follow(tomas, roomId, 0);
    expect(codeOf(await again.end())).toBe("ROOM_NOT_FOUND");
    expect(textsOf([...ear.heard, ...again.heard])).toEqual([]);
  });

  test("a foreign room can't be followed in any way", async () => {
    await using wen = connect(cast.wen);
    const roomId = cast.room.id;
    const ears = [
      follow(wen, roomId),
      listen<Typing[]>((listener) => wen.socket.typing.follow.subscribe({ roomId }, listener)),
      listen<ReadPosition[]>((listener) => wen.socket.reads.follow.subscribe({ roomId }, listener)),
      listen<Presence[]>((listener) => wen.socket.presence.follow.subscribe({ roomId }, listener)),
      listen<RunDelta[]>((listener) => wen.socket.assistants.followRuns.subscribe({ roomId }, listener)),
    ];
    for (const ear of ears) {
      expect(codeOf(await ear.end())).toBe("ROOM_NOT_FOUND");
      expect(ear.heard).toEqual([]);
    }
  });

  test("[T1] typing is heard by the others, never by the typist", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const roomId = await newRoom(mira);
    const own = listen<Typing[]>((listener) => mira.socket.typing.follow.subscribe({ roomId }, listener));
    const others = listen<Typing[]>((listener) => tomas.socket.typing.follow.subscribe({ roomId }, listener));
    await Promise.all([own.until((heard) => heard.length > 0), others.until((heard) => heard.length > 0)]);
    await mira.socket.typing.start.mutate({ roomId });
    await mira.socket.typing.stop.mutate({ roomId });
    await others.until((heard) => heard.flat().length === 2);
    const { id: userId, username } = cast.mira.account;
    expect(others.heard.flat()).toEqual([{ userId, username, typing: true }, { userId, username, typing: false }]);
    expect(own.heard.flat()).toEqual([]);
  });

  test("[R2] who has read how far is told at once, and when it moves", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const roomId = await newRoom(mira);
    const { seq } = await say(mira, "Read me", roomId);
    const ear = listen<ReadPosition[]>((listener) => mira.socket.reads.follow.subscribe({ roomId }, listener));
    const first = await ear.until(([snapshot]) => snapshot);
    expect(first.map(({ userId }) => userId).toSorted()).toEqual([cast.mira.account.id, cast.tomas.account.id].toSorted());
    await tomas.http.reads.mark.mutate({ roomId, seq });
    const moved = await ear.until((heard) => heard.slice(1).flat().find(({ userId }) => userId === cast.tomas.account.id));
    expect(moved.seq).toBe(seq);
  });

  test("[P2] whoever connects is seen online by those who share a room", async () => {
    await using mira = connect(cast.mira);
    const ear = listen<Presence[]>((listener) => mira.socket.presence.follow.subscribe({ userIds: [cast.tomas.account.id] }, listener));
    await ear.until((heard) => heard.length > 0);
    await using tomas = connect(cast.tomas);
    await tomas.socket.system.ping.query();
    expect(await ear.until((heard) => heard.flat().find(({ status }) => status === "online"))).toMatchObject({ userId: cast.tomas.account.id });
  });

  test("the inbox begins with a snapshot and tells of rooms joined and words said", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const ear = listen<InboxUpdate[]>((listener) => tomas.socket.inbox.follow.subscribe(undefined, listener));
    const [snapshot] = await ear.until(([first]) => first);
    expect(snapshot).toMatchObject({ type: "snapshot" });
    const roomId = await newRoom(mira);
    await ear.until((heard) => heard.flat().find((update) => update.type === "room.joined" && update.entry.room.id === roomId));
    const { seq } = await say(mira, "Are you there?", roomId);
    const activity = await ear.until((heard) => heard.flat().find((update) => update.type === "room.activity" && update.roomId === roomId && update.headSeq === seq));
    expect(activity).toMatchObject({ last: { excerpt: "Are you there?" }, counted: [{ seq, authorId: cast.mira.account.id }] });
  });

  test("[S1] what an administrator announces is heard by everyone who follows the notices", async () => {
    await using mira = connect(cast.mira);
    await using wen = connect(cast.wen);
    const ear = listen<Notice[]>((listener) => wen.socket.notices.follow.subscribe(undefined, listener));
    await ear.until((heard) => heard.length > 0);
    const notice = await mira.http.notices.announce.mutate({ text: "Cake in the kitchen" });
    expect(await ear.until((heard) => heard.flat().find(({ id }) => id === notice.id))).toEqual(notice);
  });

  test("every change of a room comes to its followers, live and to those who come back, in one order", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const roomId = await newRoom(mira);
    const { headSeq } = await mira.http.rooms.open.query({ roomId });
    const ear = follow(tomas, roomId);
    await ear.until((heard) => heard.length > 0);
    const { id: messageId } = await say(mira, "Tee?", roomId);
    await mira.socket.messages.edit.mutate({ messageId, content: "Tea?" });
    await tomas.socket.reactions.add.mutate({ messageId, emoji: "🫖" });
    await tomas.socket.reactions.remove.mutate({ messageId, emoji: "🫖" });
    await mira.socket.pins.add.mutate({ messageId });
    await mira.socket.pins.remove.mutate({ messageId });
    const reply = await tomas.socket.messages.post.mutate({ roomId, clientId: crypto.randomUUID(), content: "Yes", threadRootId: messageId });
    await mira.socket.members.setRole.mutate({ roomId, userId: cast.tomas.account.id, role: "ADMIN" });
    await mira.socket.members.add.mutate({ roomId, userId: cast.wen.account.id });
    await mira.socket.members.remove.mutate({ roomId, userId: cast.wen.account.id });
    await mira.socket.rooms.update.mutate({ roomId, title: "Tea at five" });
    await mira.socket.messages.delete.mutate({ messageId: reply.id });
    await ear.until((heard) => eventsOf(heard).length === 12);
    const types = ["message.posted", "message.edited", "reaction.added", "reaction.removed", "pin.added", "pin.removed", "message.posted", "member.changed", "member.joined", "member.left", "room.updated", "message.deleted"];
    expect(eventsOf(ear.heard).map(({ type }) => type)).toEqual(types);
    const again = follow(tomas, roomId, headSeq);
    await again.until((heard) => eventsOf(heard).length === 12);
    const places = (batches: Batch[]) => eventsOf(batches).map((event) => ["seq" in event ? event.seq : 0, event.type]);
    expect(places(again.heard)).toEqual(places(ear.heard));
    await mira.socket.rooms.delete.mutate({ roomId });
    expect([await ear.end(), await again.end()]).toEqual(["completed", "completed"]);
    expect(eventsOf(ear.heard).at(-1)?.type).toBe("room.deleted");
  });

  test("[A24] what one says without waiting comes to everyone in the order it was said, however busy the room", async () => {
    await using mira = connect(cast.mira);
    const roomId = await newRoom(mira);
    const tomases = await Promise.all(Array.from({ length: 3 }, async () => connect(cast.tomas)));
    const ears = tomases.map((tomas) => follow(tomas, roomId));
    await Promise.all(ears.map((ear) => ear.until((heard) => heard.length > 0)));
    const said: string[] = [];
    const posts: Promise<unknown>[] = [];
    for (let group = 0; group < 20; group++) {
      // As many as go in one batch with the ping, which isn't waited behind the posts.
      const texts = Array.from({ length: 9 }, (_, index) => `${group}.${index}`);
      said.push(...texts);
      posts.push(...texts.map((text) => say(mira, text, roomId)));
      await mira.socket.system.ping.query();
    }
    await Promise.all(posts);
    for (const ear of ears) {
      await ear.until((heard) => textsOf(heard).length >= said.length);
      expect(textsOf(ear.heard)).toEqual(said);
    }
    await Promise.all(tomases.map((tomas) => tomas.close()));
  });

  test("an answer grows before everyone's eyes and ends as a message", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const roomId = cast.room.id;
    const deltas = listen<RunDelta[]>((listener) => tomas.socket.assistants.followRuns.subscribe({ roomId }, listener));
    const ear = follow(tomas, roomId);
    await Promise.all([deltas.until((heard) => heard.length > 0), ear.until((heard) => heard.length > 0)]);
    await say(mira, "@quill help");
    const done = await ear.until((heard) => eventsOf(heard).find((event) => event.type === "run.completed"));
    const text = deltas.heard.flat().map((delta) => delta.text).join("");
    expect(done).toMatchObject({ message: { content: text, status: "sent", author: { username: "quill" } } });
    expect(text).not.toBe("");
  });

  test("two clients with the same request ids each hear their own room", async () => {
    await using mira = connect(cast.mira);
    await using tomas = connect(cast.tomas);
    const [one, two] = [await newRoom(mira), await newRoom(mira)];
    await using first = connect(cast.mira);
    const ears = [follow(first, one), follow(tomas, two)] as const;
    await Promise.all(ears.map((ear) => ear.until((heard) => heard.length > 0)));
    await say(mira, "In the first", one);
    await say(mira, "In the second", two);
    await Promise.all(ears.map((ear) => ear.until((heard) => textsOf(heard).length > 0)));
    expect(ears.map((ear) => textsOf(ear.heard))).toEqual([["In the first"], ["In the second"]]);
  });

  test("one socket follows many rooms and stops one without touching the others", async () => {
    await using mira = connect(cast.mira);
    const rooms = await Promise.all(Array.from({ length: 20 }, () => newRoom(mira)));
    await using tomas = connect(cast.tomas);
    const ears = rooms.map((roomId) => follow(tomas, roomId));
    await Promise.all(ears.map((ear) => ear.until((heard) => heard.length > 0)));
    ears[0]?.unsubscribe();
    for (const roomId of rooms) await say(mira, "Everyone?", roomId);
    await Promise.all(ears.slice(1).map((ear) => ear.until((heard) => textsOf(heard).length > 0)));
    expect(ears.map((ear) => textsOf(ear.heard).length)).toEqual([0, ...Array.from({ length: 19 }, () => 1)]);
  });

  test("a call over the socket is refused as over HTTP", async () => {
    await using wen = connect(cast.wen);
    const input = { roomId: cast.room.id, clientId: "x", content: "Hello?" };
    const overSocket = await refusalOf(wen.socket.messages.post.mutate(input));
    const overHttp = await refusalOf(wen.http.messages.post.mutate(input));
    expect(overSocket).toMatchObject({ code: "ROOM_NOT_FOUND", trpc: "NOT_FOUND", httpStatus: 404, details: { roomId: cast.room.id } });
    expect({ ...overSocket, requestId: "" }).toEqual({ ...overHttp, requestId: "" });
  });

  test("[auth A3] signing out ends the session's sockets at once, and no others", async () => {
    const second = await signInAgain(cast.tomas);
    await using here = connect(cast.tomas);
    await using there = stockClient(server.url, second);
    const [kept, lost] = [follow(here, cast.room.id), follow(there, cast.room.id)];
    await Promise.all([kept.until((heard) => heard.length > 0), lost.until((heard) => heard.length > 0)]);
    await there.http.account.signOut.mutate();
    expect(await refusalOf(there.http.account.me.query())).toMatchObject({ code: "UNAUTHENTICATED", trpc: "UNAUTHORIZED" });
    await say(here, "Still here");
    await kept.until((heard) => textsOf(heard).includes("Still here"));
    expect(textsOf(lost.heard)).not.toContain("Still here");
  });

  async function signInAgain({ account, password }: Person): Promise<{ token: string }> {
    await using anyone = stockClient(server.url, { token: "" });
    return anyone.http.account.signIn.mutate({ login: account.username, password });
  }
});

const eventsOf = (batches: Batch[]) => batches.flatMap(({ data }) => data);
const textsOf = (batches: Batch[]) => eventsOf(batches).flatMap((event) => (event.type === "message.posted" ? [event.message.content] : []));
const codeOf = (end: "completed" | Error) => (end instanceof TRPCClientError ? end.data?.refusal.code : end);
