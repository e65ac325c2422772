import { postMessage } from "@tertulia/core/messages/post-message";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import type { Id } from "@tertulia/model/ids";
import { type Cast, gatherCast, type Person } from "@tertulia/testing/cast";
import { type Line, layLine } from "@tertulia/testing/line";
import { saysWhenTold } from "@tertulia/testing/model-server/scripts";
import { startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { until } from "@tertulia/testing/until";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newRoomOf } from "../test/new-room.ts";
import { isReady, keyless, says, texts, timeless } from "../test/shown.ts";
import { type ConnectionState, type InboxState, type OutboxState, type RoomState, type Tertulia, createTertulia, refusalOf } from "./create-tertulia.ts";

type Server = Awaited<ReturnType<typeof startTestServer>>;

let server: Server;
let cast: Cast;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  server = await startTestServer();
  cast = await gatherCast(server.core);
});
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  vi.unstubAllGlobals();
});
afterAll(() => server.close());

function clientOf({ token }: Person, url = server.url): Tertulia {
  const client = createTertulia({ url, token });
  opened.push(client);
  return client;
}

async function newLine(): Promise<Line> {
  const line = await layLine(server.url);
  opened.push(line);
  return line;
}

const newRoom = (members: Person[] = [cast.tomas]): Promise<Id> => newRoomOf(cast, server.core, members);

/** mira says so many things in a room: "words 0", "words 1" … */
async function say(roomId: string, count: number, from = 0): Promise<void> {
  const contents = Array.from({ length: count }, (_, n) => `words ${from + n}`);
  await Promise.all(contents.map((content) => postMessage(server.core, cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" })));
}

describe("two people in a room", () => {
  it("hear each other, each message once and in order", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const tomas = clientOf(cast.tomas);
    const [miras, tomass] = [mira.room(roomId), tomas.room(roomId)];
    await Promise.all([until(miras, isReady), until(tomass, isReady)]);
    mira.post(roomId, { content: "Tea?" });
    await until(tomass, says("Tea?"));
    tomas.post(roomId, { content: "Please." });
    await until(miras, says("Tea?", "Please."));
    expect(miras.get()).toMatchObject({ sending: [], headSeq: miras.get().messages.at(-1)?.seq });
  });

  it("see their own words at once, in a row that keeps its key when it arrives", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const room = mira.room(roomId);
    await until(room, isReady);
    const frames: string[][] = [];
    room.subscribe(() => frames.push([...room.get().messages.map(({ key }) => key), ...room.get().sending.map(({ clientId }) => clientId)]));
    const clientId = mira.post(roomId, { content: "Tea?" });
    expect(room.get().sending).toMatchObject([{ clientId, content: "Tea?" }]);
    await until(room, ({ messages }) => messages.length === 1);
    expect(frames.every((keys) => keys.length === 1 && keys[0] === clientId)).toBe(true);
  });

  it("see edits, deletions, members and settings change, as a fresh fetch would show them", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const tomas = clientOf(cast.tomas);
    const room = tomas.room(roomId);
    await until(room, isReady);
    const post = (content: string) => mira.trpc.messages.post.mutate({ roomId, clientId: crypto.randomUUID(), content });
    const first = await post("Tea?");
    const second = await post("Oops");
    await mira.trpc.messages.edit.mutate({ messageId: first.id, content: "Coffee?" });
    await mira.trpc.messages.delete.mutate({ messageId: second.id });
    await mira.trpc.members.add.mutate({ roomId, userId: cast.wen.account.id });
    await mira.trpc.members.setRole.mutate({ roomId, userId: cast.wen.account.id, role: "ADMIN" });
    await mira.trpc.rooms.update.mutate({ roomId, title: "Coffee" });
    await until(room, (state) => state.room?.title === "Coffee");
    const fresh = await tomas.trpc.rooms.open.query({ roomId });
    expect(room.get().messages.map((row) => timeless(keyless(row)))).toEqual(fresh.messages.items.map(timeless));
    expect(room.get().headSeq).toBe(fresh.headSeq);
    expect(room.get().room?.memberCount).toBe(fresh.room.memberCount);
    const seats = (members: RoomState["members"]) => members.map(({ user, role }) => `${user.username} ${role}`).sort();
    expect(seats(room.get().members)).toEqual(seats(fresh.members.items));
  });

  it("see who is typing until they post, who is here, and how far everyone has read", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const tomas = clientOf(cast.tomas);
    const [miras, tomass] = [mira.room(roomId), tomas.room(roomId)];
    await Promise.all([until(miras, isReady), until(tomass, isReady)]);
    await until(tomass, ({ presence }) => presence[cast.mira.account.id]?.status === "online");
    miras.typing();
    await until(tomass, ({ typists }) => typists.some(({ username }) => username === "mira"));
    expect(miras.get().typists).toEqual([]);
    mira.post(roomId, { content: "Tea?" });
    const { typists, headSeq } = await until(tomass, says("Tea?"));
    expect(typists).toEqual([]);
    tomass.markRead(headSeq);
    expect(tomass.get().me?.lastReadSeq).toBe(headSeq);
    await until(miras, ({ reads }) => reads.some(({ userId, seq }) => userId === cast.tomas.account.id && seq === headSeq));
  });

  it("walk back through history, a page at a time", async () => {
    const roomId = await newRoom();
    await say(roomId, 120);
    const room = clientOf(cast.tomas).room(roomId);
    const { hasBefore, messages } = await until(room, isReady);
    expect({ hasBefore, count: messages.length }).toEqual({ hasBefore: true, count: 50 });
    await Promise.all([room.loadOlder(), room.loadOlder()]);
    expect(room.get().messages).toHaveLength(100);
    await room.loadOlder();
    await room.loadOlder();
    expect(room.get()).toMatchObject({ hasBefore: false, loadingOlder: false });
    expect(texts(room.get())).toEqual(Array.from({ length: 120 }, (_, n) => `words ${n}`));
    expect(room.get().messages.at(-1)).toBe(messages.at(-1));
  });

  it("lose the room when they are removed from it, and find it again when they are let back in", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const tomas = clientOf(cast.tomas);
    const room = tomas.room(roomId);
    await until(tomas.inbox, ({ entries }) => entries.some((entry) => entry.room.id === roomId));
    room.subscribe(() => {});
    await until(room, isReady);
    mira.post(roomId, { content: "Sorry." });
    await until(room, says("Sorry."));
    await mira.trpc.members.remove.mutate({ roomId, userId: cast.tomas.account.id });
    await until(room, ({ status, goneBecause }) => status === "gone" && goneBecause === "removed");
    await until(tomas.inbox, ({ entries }) => entries.every((entry) => entry.room.id !== roomId));
    await mira.trpc.members.add.mutate({ roomId, userId: cast.tomas.account.id });
    expect(await until(room, isReady)).toMatchObject({ goneBecause: null, me: { user: { username: "tomas" } } });
  });

  it("find the room as it is when they were removed and let back in while they were away", async () => {
    const roomId = await newRoom();
    const line = await newLine();
    const mira = clientOf(cast.mira);
    const tomas = clientOf(cast.tomas, line.url);
    const room = tomas.room(roomId);
    room.subscribe(() => {});
    await until(room, isReady);
    line.refuse();
    line.cut();
    await until(room, ({ catchingUp }) => catchingUp);
    await mira.trpc.members.remove.mutate({ roomId, userId: cast.tomas.account.id });
    await mira.trpc.members.add.mutate({ roomId, userId: cast.tomas.account.id });
    await say(roomId, 1);
    line.leadTo(server.url);
    tomas.connection.retryNow();
    await until(room, (state) => says("words 0")(state) && isReady(state) && !state.catchingUp);
    await say(roomId, 1, 1);
    await until(room, says("words 0", "words 1"));
    expect(room.get().goneBecause).toBeNull();
  });

  it("find a deleted room again when it's restored, here or while they were away", async () => {
    const roomId = await newRoom();
    const line = await newLine();
    const mira = clientOf(cast.mira);
    const [here, away] = [clientOf(cast.tomas), clientOf(cast.tomas, line.url)];
    const rooms = [here.room(roomId), away.room(roomId)];
    await until(here.inbox, ({ entries }) => entries.some((entry) => entry.room.id === roomId));
    here.inbox.subscribe(() => {});
    for (const room of rooms) room.subscribe(() => {});
    await Promise.all(rooms.map((room) => until(room, isReady)));
    line.refuse();
    line.cut();
    await until(away.room(roomId), ({ catchingUp }) => catchingUp);
    await mira.trpc.rooms.delete.mutate({ roomId });
    await until(here.room(roomId), ({ status, goneBecause }) => status === "gone" && goneBecause === "deleted");
    await mira.trpc.rooms.restore.mutate({ roomId });
    line.leadTo(server.url);
    away.connection.retryNow();
    await say(roomId, 1);
    await Promise.all(rooms.map((room) => until(room, (state) => isReady(state) && says("words 0")(state))));
    expect(rooms.map((room) => room.get().room?.deletedAt)).toEqual([null, null]);
  });

  it("are told why a room doesn't open", async () => {
    const room = clientOf(cast.wen).room(await newRoom());
    const { refusal } = await until(room, ({ status }) => status === "failed");
    expect(refusal?.code).toBe("ROOM_NOT_FOUND");
  });

  it("come back to a room at once, and hear what they missed", async () => {
    const roomId = await newRoom();
    const room = clientOf(cast.tomas).room(roomId);
    await say(roomId, 1);
    await until(room, says("words 0"));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    room.subscribe(() => {})();
    vi.advanceTimersByTime(2_000);
    vi.useRealTimers();
    await say(roomId, 1, 1);
    expect(texts(room.get())).toEqual(["words 0"]);
    await until(room, says("words 0", "words 1"));
  });
});

describe("a connection that breaks", () => {
  it("loses, doubles and disorders nothing, however often it breaks while a hundred messages are posted", async () => {
    const roomId = await newRoom();
    const line = await newLine();
    const mira = clientOf(cast.mira, line.url);
    const tomas = clientOf(cast.tomas, line.url);
    const [miras, tomass] = [mira.room(roomId), tomas.room(roomId)];
    await Promise.all([until(miras, isReady), until(tomass, isReady)]);
    const wanted = Array.from({ length: 100 }, (_, n) => `words ${n}`);
    for (const content of wanted) mira.post(roomId, { content });
    let cuts = 0;
    miras.subscribe(() => {
      if (miras.get().messages.length < 5 * (cuts + 1)) return;
      cuts++;
      line.cut();
    });
    // A crowd would come back later; these two are in a hurry.
    for (const { connection } of [mira, tomas]) connection.subscribe(() => connection.retryNow());
    await Promise.all([until(tomass, says(...wanted)), until(miras, (state) => says(...wanted)(state) && state.sending.length === 0)]);
    expect(cuts).toBeGreaterThan(10);
    const stored = await mira.trpc.messages.list.query({ roomId, limit: 100 });
    expect(stored.items.map(({ content }) => content)).toEqual(wanted);
  });

  it("leaves a room as a fresh fetch shows it, whatever was done in it meanwhile", async () => {
    const deed = fc.record({ kind: fc.constantFrom("post", "reply", "edit", "delete", "older", "cut"), pick: fc.nat(1_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 40, maxLength: 60 }), async (deeds) => {
        const roomId = await newRoom();
        await say(roomId, 60);
        await using line = await layLine(server.url);
        await using tomas = createTertulia({ url: line.url, token: cast.tomas.token });
        await using mira = createTertulia({ url: server.url, token: cast.mira.token });
        tomas.connection.subscribe(() => tomas.connection.retryNow());
        const room = tomas.room(roomId);
        await until(room, isReady);
        room.subscribe(() => {});
        const ids = room.get().messages.map(({ id }) => id);
        for (const { kind, pick } of deeds) {
          const messageId = ids[pick % ids.length] ?? "";
          const post = { roomId, clientId: crypto.randomUUID(), content: `said ${pick}` };
          if (kind === "post") ids.push((await mira.trpc.messages.post.mutate(post)).id);
          // What was deleted can be neither answered nor changed.
          if (kind === "reply") await mira.trpc.messages.post.mutate({ ...post, replyToId: messageId }).then(({ id }) => ids.push(id), refusalOf);
          if (kind === "edit") await mira.trpc.messages.edit.mutate({ messageId, content: `edited ${pick}` }).catch(refusalOf);
          if (kind === "delete") await mira.trpc.messages.delete.mutate({ messageId }).catch(refusalOf);
          if (kind === "older") room.loadOlder().catch(refusalOf);
          if (kind === "cut") line.cut();
        }
        await room.loadOlder();
        await room.loadOlder();
        const fresh = await mira.trpc.rooms.open.query({ roomId });
        const older = await mira.trpc.messages.list.query({ roomId, before: fresh.messages.items[0]?.seq ?? 0, limit: 100 });
        await until(room, ({ headSeq }) => headSeq === fresh.headSeq);
        expect(room.get().messages.map((row) => timeless(keyless(row)))).toEqual([...older.items, ...fresh.messages.items].map(timeless));
      }),
      { numRuns: 4 },
    );
  });

  it("says so, keeps what is written, and sends it when the server is back from a restart", async () => {
    await using database = await openTestDatabase();
    const before = await startTestServer({ database });
    const { mira: miraHere, tomas: tomasHere, room: tea } = await gatherCast(before.core);
    const line = await layLine(before.url);
    opened.push(line);
    const mira = clientOf(miraHere, line.url);
    const tomas = clientOf(tomasHere, line.url);
    const [miras, tomass] = [mira.room(tea.id), tomas.room(tea.id)];
    mira.post(tea.id, { content: "before" });
    await Promise.all([until(miras, says("before")), until(tomass, says("before"))]);
    line.refuse();
    await before.close();
    const { retryAt } = await until(mira.connection, ({ status }) => status === "reconnecting");
    expect(retryAt).toBeGreaterThan(0);
    await until(miras, ({ catchingUp }) => catchingUp);
    mira.post(tea.id, { content: "meanwhile" });
    expect(miras.get().sending).toMatchObject([{ content: "meanwhile", status: "waiting", refusal: null }]);

    await using after = await startTestServer({ database });
    line.leadTo(after.url);
    for (const { connection } of [mira, tomas]) connection.retryNow();
    await until(tomass, says("before", "meanwhile"));
    await until(miras, ({ catchingUp, sending }) => !catchingUp && sending.length === 0);
    expect(mira.connection.get()).toMatchObject({ status: "online", retryAt: null });
  });

  it("starts afresh when too much was missed to be told", async () => {
    const roomId = await newRoom();
    const line = await newLine();
    const tomas = clientOf(cast.tomas, line.url);
    const room = tomas.room(roomId);
    await say(roomId, 1);
    await until(room, says("words 0"));
    line.refuse();
    line.cut();
    await until(room, ({ catchingUp }) => catchingUp);
    await say(roomId, 1_010, 1);
    line.leadTo(server.url);
    tomas.connection.retryNow();
    const { messages, hasBefore } = await until(room, ({ catchingUp, messages }) => !catchingUp && messages.length > 1);
    expect(texts({ ...room.get(), messages })).toEqual(Array.from({ length: 50 }, (_, n) => `words ${961 + n}`));
    expect(hasBefore).toBe(true);
    await say(roomId, 1, 1_011);
    await until(room, (state) => texts(state).at(-1) === "words 1011");
  });

  it("is found dead when the page is looked at again, and replaced", async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
    vi.stubGlobal("document", page);
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    const roomId = await newRoom();
    const line = await newLine();
    const tomas = clientOf(cast.tomas, line.url);
    const room = tomas.room(roomId);
    await until(room, isReady);
    await until(tomas.connection, ({ status }) => status === "online");
    line.abandon();
    await say(roomId, 1);
    expect(tomas.connection.get().status).toBe("online");
    page.dispatchEvent(new Event("visibilitychange"));
    await until(room, says("words 0"));
    expect(tomas.connection.get().status).toBe("online");
  });

  it("is given up when the session has ended, with what is unsent kept", async () => {
    const signedIn = await clientOf(cast.wen).trpc.account.signIn.mutate({ login: "wen", password: cast.wen.password });
    const client = clientOf({ ...cast.wen, token: signedIn.token });
    await until(client.connection, ({ status }) => status === "online");
    await client.trpc.account.signOut.mutate();
    await until(client.connection, ({ status }) => status === "signedOut");
    client.post(cast.room.id, { content: "kept" });
    expect(client.outbox.get().items).toMatchObject([{ content: "kept", status: "waiting" }]);
  });

  it("is given up when it comes back as someone else's, and sends nothing in their name", async () => {
    const roomId = await newRoom([cast.tomas, cast.wen]);
    // A browser's cookie, which any of its tabs may change.
    let cookie = cast.tomas.token;
    const plainFetch = fetch;
    vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${cookie}`);
      return plainFetch(address, { ...init, headers });
    });
    vi.stubGlobal("WebSocket", class extends WebSocket {
      constructor(address: string) {
        super(address, Object({ headers: { authorization: `Bearer ${cookie}` } }));
      }
    });
    const line = await newLine();
    const page = createTertulia({ url: line.url });
    opened.push(page);
    const isOnline = ({ status }: ConnectionState) => status === "online";
    page.post(roomId, { content: "Tea?" });
    await until(page.outbox, ({ items }) => items.length === 0);

    const breakOff = async () => {
      line.refuse();
      line.cut();
      await until(page.connection, (state) => !isOnline(state));
      page.post(roomId, { content: "Still there?" });
      line.leadTo(server.url);
    };
    await breakOff();
    page.connection.retryNow();
    await until(page.outbox, ({ items }) => items.length === 0);
    await breakOff();
    cookie = cast.wen.token;
    page.connection.retryNow();
    await until(page.connection, ({ status }) => status === "signedOut");
    expect(page.outbox.get().items).toMatchObject([{ content: "Still there?", status: "waiting" }]);
    const { items } = await clientOf(cast.mira).trpc.messages.list.query({ roomId });
    expect(items.map(({ content, author }) => `${author.username}: ${content}`)).toEqual(["tomas: Tea?", "tomas: Still there?"]);
  });

  it("isn't tried again with a token that nobody knows", async () => {
    const client = clientOf({ ...cast.wen, token: "nobody's" });
    await until(client.connection, ({ status }) => status === "signedOut");
    expect(client.account.get()).toBeNull();
  });
});

describe("someone in a hurry", () => {
  const isEmpty = ({ items }: OutboxState) => items.length === 0;
  const storedIn = async (client: Tertulia, roomId: Id) => (await client.trpc.messages.list.query({ roomId, limit: 100 })).items.map(({ content }) => content);

  it("may speak in more rooms at once than a server takes calls in one frame", async () => {
    const mira = clientOf(cast.mira);
    const roomIds = await Promise.all(Array.from({ length: 12 }, () => newRoom()));
    await until(mira.connection, ({ status }) => status === "online");
    for (const roomId of roomIds) mira.post(roomId, { content: "Tea?" });
    await until(mira.outbox, ({ items }) => items.every(({ status }) => status === "failed"));
    expect(mira.outbox.get().items).toEqual([]);
    expect(await Promise.all(roomIds.map((roomId) => storedIn(mira, roomId)))).toEqual(roomIds.map(() => ["Tea?"]));
  });

  it("may say more at once than a server takes bytes in one frame", async () => {
    const mira = clientOf(cast.mira);
    const roomIds = await Promise.all(Array.from({ length: 3 }, () => newRoom()));
    const { since } = await until(mira.connection, ({ status }) => status === "online");
    const content = "茶".repeat(10_000);
    for (const roomId of roomIds) mira.post(roomId, { content });
    await Promise.race([until(mira.outbox, isEmpty), until(mira.connection, ({ status }) => status !== "online")]);
    expect(mira.connection.get()).toMatchObject({ status: "online", since });
    expect(await Promise.all(roomIds.map((roomId) => storedIn(mira, roomId)))).toEqual(roomIds.map(() => [content]));
  });

  it("is told of what is too large for any frame, and the connection holds", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const { since } = await until(mira.connection, ({ status }) => status === "online");
    const clientId = mira.post(roomId, { content: "x".repeat(100_000) });
    mira.post(roomId, { content: "Tea?" });
    await Promise.race([until(mira.outbox, ({ items }) => items.length === 1), until(mira.connection, ({ status }) => status !== "online")]);
    expect(mira.connection.get()).toMatchObject({ status: "online", since });
    expect(mira.outbox.get().items).toMatchObject([{ clientId, status: "failed", refusal: { code: "TOO_LARGE" } }]);
    expect(await storedIn(mira, roomId)).toEqual(["Tea?"]);
  });

  it("[L1] keeps the words that came too fast, and sends them when the minute is over", async () => {
    const clock = new MovableClock();
    await using strict = await startTestServer({ postsPerMinute: 3, clock });
    const { mira: miraHere, room: tea } = await gatherCast(strict.core);
    const mira = clientOf(miraHere, strict.url);
    const room = mira.room(tea.id);
    for (const content of ["one", "two", "three"]) mira.post(tea.id, { content });
    await until(room, says("one", "two", "three"));
    clock.move(59_900);
    mira.post(tea.id, { content: "four" });
    const { sending } = await until(room, ({ sending: [item] }) => item?.refusal !== null && item !== undefined);
    expect(sending).toMatchObject([{ content: "four", status: "waiting", refusal: { code: "RATE_LIMITED", details: { limit: 3 } } }]);
    clock.move(200);
    await until(room, says("one", "two", "three", "four"));
    await until(mira.outbox, ({ items }) => items.length === 0);
  });

  it("is told what was refused, and may try again or let it be", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const room = mira.room(roomId);
    await until(room, isReady);
    const clientId = mira.post(roomId, { content: "To whom?", replyToId: cast.room.id });
    mira.post(roomId, { content: "Tea?" });
    await until(room, (state) => says("Tea?")(state) && state.sending.length === 1);
    expect(room.get().sending).toMatchObject([{ clientId, status: "failed", refusal: { code: "MESSAGE_NOT_FOUND" } }]);
    mira.outbox.discard(clientId);
    expect(room.get().sending).toEqual([]);
  });
});

describe("the inbox", () => {
  it("counts what is said in rooms nobody looks at, and agrees on every device when it's read", async () => {
    const roomId = await newRoom();
    const phone = clientOf(cast.tomas);
    const desk = clientOf(cast.tomas);
    const unreadIs = (unread: number) => ({ entries }: InboxState) => entries.find(({ room }) => room.id === roomId)?.unread === unread;
    await Promise.all([until(phone.inbox, unreadIs(0)), until(desk.inbox, unreadIs(0))]);
    const stop = [phone.inbox.subscribe(() => {}), desk.inbox.subscribe(() => {})];
    await say(roomId, 3);
    await Promise.all([until(phone.inbox, unreadIs(3)), until(desk.inbox, unreadIs(3))]);
    expect(phone.inbox.get().entries[0]).toMatchObject({ room: { id: roomId }, last: { excerpt: "words 2" } });

    const room = desk.room(roomId);
    const { headSeq } = await until(room, isReady);
    room.subscribe(() => {});
    await say(roomId, 1, 3);
    await until(desk.inbox, unreadIs(4));
    await until(room, (state) => state.headSeq > headSeq);
    room.markRead(room.get().headSeq);
    expect(unreadIs(0)(desk.inbox.get())).toBe(true);
    await until(phone.inbox, unreadIs(0));
    for (const each of stop) each();
  });

  it("shows a room as soon as I am in it, and direct messages with who is there", async () => {
    const tomas = clientOf(cast.tomas);
    const wen = clientOf(cast.wen);
    await until(tomas.inbox, ({ status }) => status === "ready");
    tomas.presence.subscribe(() => {});
    const { room } = await wen.trpc.rooms.create.mutate({ kind: "dm", memberIds: [cast.tomas.account.id] });
    const { entries } = await until(tomas.inbox, ({ entries }) => entries.some((entry) => entry.room.id === room.id));
    expect(entries.find((entry) => entry.room.id === room.id)?.others).toMatchObject([{ username: "wen" }]);
    await until(tomas.presence, (presence) => presence[cast.wen.account.id]?.status === "online");
  });
});

describe("an answer being written", () => {
  it("[AI1] is seen word by word by everyone, whole by whoever comes in the middle, and over a broken line", async () => {
    await using models = await startModelServer();
    await using thinking = await startTestServer({ openAi: { apiKey: "a key", baseUrl: models.url, model: null } });
    const { mira: miraHere, tomas: tomasHere, quill, room: tea } = await gatherCast(thinking.core);
    const chunks = ["Earl ", "Grey", ", with", " milk."];
    const pace = saysWhenTold(chunks);
    models.script(pace.script);
    const answerIs = (wanted: string) => ({ messages }: RoomState) => messages.at(-1)?.author.id === quill.id && messages.at(-1)?.content === wanted;

    const line = await layLine(thinking.url);
    opened.push(line);
    const mira = clientOf(miraHere, line.url);
    const miras = mira.room(tea.id);
    miras.subscribe(() => {});
    await until(miras, isReady);
    mira.post(tea.id, { content: `@${quill.username} which tea?` });
    await pace.next();
    await until(miras, answerIs("Earl "));
    expect(miras.get().messages.at(-1)?.status).toBe("streaming");

    const tomas = clientOf(tomasHere, thinking.url);
    const tomass = tomas.room(tea.id);
    tomass.subscribe(() => {});
    await until(tomass, answerIs("Earl "));
    line.cut();
    await pace.next();
    await until(tomass, answerIs("Earl Grey"));
    mira.connection.retryNow();
    await until(miras, answerIs("Earl Grey"));
    const [asked] = miras.get().messages;

    await pace.next();
    await until(miras, answerIs("Earl Grey, with"));
    expect(miras.get().messages[0]).toBe(asked);
    await pace.next();
    pace.finish();
    const done = (state: RoomState) => answerIs(chunks.join(""))(state) && state.messages.at(-1)?.status === "sent";
    await Promise.all([until(miras, done), until(tomass, done)]);
  });
});
