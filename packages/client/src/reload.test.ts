import { setImmediate as turn } from "node:timers/promises";
import { postMessage } from "@tertulia/core/messages/post-message";
import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { type Line, layLine } from "@tertulia/testing/line";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { until } from "@tertulia/testing/until";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newRoomOf } from "../test/new-room.ts";
import { says, texts } from "../test/shown.ts";
import { StorageInMemory } from "../test/storage-in-memory.ts";
import { type RoomState, type Tertulia, createTertulia } from "./create-tertulia.ts";

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
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
afterAll(() => server.close());

function clientOf(token: string, storage: StorageInMemory, url = server.url): Tertulia {
  const client = createTertulia({ url, token, storage });
  opened.push(client);
  return client;
}

const newRoom = (members = [cast.tomas]): Promise<Id> => newRoomOf(cast, server.core, members);

/** Closes it once it knows whose it is: before that it keeps nothing. */
async function closeKept(client: Tertulia, disk: StorageInMemory): Promise<void> {
  await vi.waitFor(async () => expect(await disk.get("person", "account")).toBeDefined());
  await client.close();
}

const say = (roomId: string, content: string): Promise<Message> => postMessage(server.core, cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });

async function storedIn(roomId: string): Promise<string[]> {
  await using mira = createTertulia({ url: server.url, token: cast.mira.token });
  const { items } = await mira.trpc.messages.list.query({ roomId, limit: 100 });
  return items.map(({ content }) => content);
}

const isCaughtUp = ({ status, catchingUp }: RoomState) => status === "ready" && !catchingUp;

/** tomas, as the disk says, and nobody to ask. */
async function tomasOffline(disk: StorageInMemory): Promise<Tertulia> {
  await disk.put("person", "account", cast.tomas.account);
  return clientOf(cast.tomas.token, disk, await lineToNowhere());
}

async function lineToNowhere(): Promise<string> {
  const line = await layLine(server.url);
  opened.push(line);
  line.refuse();
  return line.url;
}

/** How often rooms were asked for whole. */
function countOpenings(): () => number {
  const fetching = vi.spyOn(globalThis, "fetch");
  return () => fetching.mock.calls.filter(([address]) => typeof address === "string" && address.includes("rooms.open")).length;
}

describe("after a reload", () => {
  it("a room is there before the server answers, and goes on from where it was without being asked for again", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    await say(roomId, "before");
    const before = clientOf(cast.tomas.token, disk);
    const { headSeq } = await until(before.room(roomId), says("before"));
    await until(before.inbox, ({ status }) => status === "ready");
    await closeKept(before, disk);
    await say(roomId, "meanwhile");

    const openings = countOpenings();
    const line = await layLine(server.url);
    opened.push(line);
    line.refuse();
    const after = clientOf(cast.tomas.token, disk, line.url);
    expect(await until(after.room(roomId), says("before"))).toMatchObject({ status: "ready", catchingUp: true, headSeq, room: { title: "Tea" }, me: { user: { username: "tomas" } } });
    expect((await until(after.inbox, ({ status }) => status === "ready")).entries.map(({ room }) => room.id)).toContain(roomId);
    expect(after.account.get()?.username).toBe("tomas");
    expect(after.connection.get().status).not.toBe("online");

    line.leadTo(server.url);
    after.connection.retryNow();
    await until(after.room(roomId), (state) => says("before", "meanwhile")(state) && isCaughtUp(state));
    expect(openings()).toBe(0);
  });

  it("a room that was kept long ago is shown, and opened afresh", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    await say(roomId, "before");
    const before = clientOf(cast.tomas.token, disk);
    await until(before.room(roomId), says("before"));
    await closeKept(before, disk);
    await say(roomId, "meanwhile");
    await disk.put("person", "ages", [[roomId, Date.now() - 2 * 60 * 60_000]]);

    const openings = countOpenings();
    const after = clientOf(cast.tomas.token, disk);
    const shown: string[][] = [];
    after.room(roomId).subscribe(() => shown.push(texts(after.room(roomId).get())));
    await until(after.room(roomId), (state) => says("before", "meanwhile")(state) && isCaughtUp(state));
    expect(shown).toContainEqual(["before"]);
    expect(openings()).toBe(1);
  });

  it("[A15] a room whose cursor is too old for the log is asked for exactly once", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    await say(roomId, "before");
    const before = clientOf(cast.tomas.token, disk);
    await until(before.room(roomId), says("before"));
    await closeKept(before, disk);
    await Promise.all(Array.from({ length: 1_005 }, (_, n) => say(roomId, `words ${n}`)));

    const openings = countOpenings();
    const after = clientOf(cast.tomas.token, disk);
    const state = await until(after.room(roomId), (now) => isCaughtUp(now) && now.messages.length === 50);
    expect(texts(state)).toEqual(Array.from({ length: 50 }, (_, n) => `words ${955 + n}`));
    expect(openings()).toBe(1);
  });

  it("a room I was removed from meanwhile is shown as left, and isn't kept any longer", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    const before = clientOf(cast.tomas.token, disk);
    await until(before.room(roomId), isCaughtUp);
    await closeKept(before, disk);
    expect(disk.count("rooms")).toBe(1);
    await using mira = createTertulia({ url: server.url, token: cast.mira.token });
    await mira.trpc.members.remove.mutate({ roomId, userId: cast.tomas.account.id });

    const after = clientOf(cast.tomas.token, disk);
    await until(after.room(roomId), ({ status }) => status === "gone");
    await after.close();
    expect(disk.count("rooms")).toBe(0);
  });

  it("someone else finds nothing of mine, and sends nothing of mine", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    await say(roomId, "ours");
    const line = await layLine(server.url);
    opened.push(line);
    const tomas = clientOf(cast.tomas.token, disk, line.url);
    await until(tomas.room(roomId), says("ours"));
    await until(tomas.inbox, ({ entries }) => entries.length > 0);
    line.refuse();
    line.cut();
    await until(tomas.connection, ({ status }) => status === "reconnecting");
    tomas.post(roomId, { content: "mine" });
    await tomas.close();
    expect([disk.count("unsent"), disk.count("rooms")]).toEqual([1, 1]);

    const wen = clientOf(cast.wen.token, disk);
    const { status } = await until(wen.room(roomId), (room) => room.status === "failed");
    expect(status).toBe("failed");
    expect(wen.room(roomId).get()).toMatchObject({ room: null, messages: [], sending: [] });
    await until(wen.account, (account) => account?.username === "wen");
    expect(wen.outbox.get().items).toEqual([]);
    expect([disk.count("unsent"), disk.count("rooms")]).toEqual([0, 0]);
    expect(await storedIn(roomId)).toEqual(["ours"]);
  });

  it("someone else sends nothing of mine, even from a disk that doesn't let go of it", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom([cast.tomas, cast.wen]);
    const tomas = await tomasOffline(disk);
    tomas.post(roomId, { content: "mine" });
    await vi.waitFor(() => expect(disk.count("unsent")).toBe(1));
    await tomas.close();

    vi.spyOn(disk, "empty").mockRejectedValue(new Error("The disk is broken."));
    for (const content of ["hers", "hers, too"]) {
      const wen = clientOf(cast.wen.token, disk);
      await until(wen.account, (account) => account?.username === "wen");
      wen.post(roomId, { content });
      await until(wen.outbox, ({ items }) => items.length === 0);
      await wen.close();
    }
    expect(await storedIn(roomId)).toEqual(["hers", "hers, too"]);
  });

  it("someone else sees nothing of my list of rooms, however late they look at theirs", async () => {
    const disk = new StorageInMemory();
    await newRoom();
    const tomas = clientOf(cast.tomas.token, disk);
    await until(tomas.inbox, ({ entries }) => entries.length > 0);
    await closeKept(tomas, disk);

    // Their own list comes over a socket, and none opens.
    const nowhere = (await lineToNowhere()).replace("http", "ws");
    vi.stubGlobal("WebSocket", class extends WebSocket {
      constructor() {
        super(nowhere);
      }
    });
    const wen = clientOf(cast.wen.token, disk);
    await until(wen.account, (account) => account?.username === "wen");
    wen.inbox.subscribe(() => {});
    await wen.trpc.rooms.list.query({});
    expect(wen.inbox.get()).toMatchObject({ status: "loading", entries: [] });
  });

  it("what is written arrives, though the disk never says that it's kept", async () => {
    const disk = new StorageInMemory();
    vi.spyOn(disk, "put").mockImplementation((drawer) => (drawer === "person" ? new Promise(() => {}) : Promise.resolve()));
    const roomId = await newRoom();
    const tomas = clientOf(cast.tomas.token, disk);
    tomas.post(roomId, { content: "Tea?" });
    await until(tomas.outbox, ({ items }) => items.length === 0);
    expect(await storedIn(roomId)).toEqual(["Tea?"]);
  });

  it("what was not sent yet goes out, though the disk opens so late that it was done without", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    const before = await tomasOffline(disk);
    before.post(roomId, { content: "old" });
    await vi.waitFor(() => expect(disk.count("unsent")).toBe(1));
    await before.close();

    const letThrough = disk.hold();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const after = clientOf(cast.tomas.token, disk);
    after.post(roomId, { content: "new" });
    await vi.advanceTimersByTimeAsync(3_100);
    vi.useRealTimers();
    await until(after.outbox, ({ items }) => items.length === 0);
    letThrough();
    await vi.waitFor(async () => expect(await storedIn(roomId)).toEqual(["new", "old"]));
    await vi.waitFor(() => expect(disk.count("unsent")).toBe(0));
  });

  it("nothing is left of whoever signs out before the disk was even open", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    const before = clientOf(cast.tomas.token, disk);
    await until(before.room(roomId), isCaughtUp);
    await closeKept(before, disk);
    const letThrough = disk.hold();
    const after = clientOf(cast.tomas.token, disk);
    await until(after.account, (account) => account !== null);
    const leaving = after.forget();
    letThrough();
    await leaving;
    await after.close();
    expect([disk.count("unsent"), disk.count("rooms"), disk.count("person")]).toEqual([0, 0, 0]);
  });

  it("nothing is left of whoever signed out; of whose session was ended from afar only what they had not sent yet", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    await using door = createTertulia({ url: server.url, token: cast.tomas.token });
    const { token } = await door.trpc.account.signIn.mutate({ login: "tomas", password: cast.tomas.password });
    const ended = clientOf(token, disk);
    await until(ended.room(roomId), isCaughtUp);
    await vi.waitFor(async () => expect(await disk.get("person", "account")).toBeDefined());
    await ended.trpc.account.signOut.mutate();
    await until(ended.connection, ({ status }) => status === "signedOut");
    ended.post(roomId, { content: "kept" });
    await until(ended.outbox, ({ items }) => items.length === 1);
    await ended.close();
    expect([disk.count("unsent"), disk.count("rooms")]).toEqual([1, 0]);

    const again = clientOf(cast.tomas.token, disk);
    await until(again.room(roomId), says("kept"));
    await again.forget();
    await again.close();
    expect([disk.count("unsent"), disk.count("rooms"), disk.count("person")]).toEqual([0, 0, 0]);
  });

  it("at most fifty rooms are kept, the newest, with at most two hundred messages each", async () => {
    const disk = new StorageInMemory();
    const roomId = await newRoom();
    await Promise.all(Array.from({ length: 230 }, (_, n) => say(roomId, `words ${n}`)));
    const ages = Array.from({ length: 50 }, (_, n) => [`old ${n}`, n]);
    for (const [id] of ages) await disk.put("rooms", String(id), {});
    await disk.put("person", "ages", ages);

    const tomas = clientOf(cast.tomas.token, disk);
    const room = tomas.room(roomId);
    room.subscribe(() => {});
    await until(room, isCaughtUp);
    while (room.get().hasBefore) await room.loadOlder();
    expect(room.get().messages.length).toBe(230);
    await closeKept(tomas, disk);
    expect(disk.count("rooms")).toBe(50);
    expect(await disk.get("rooms", "old 0")).toBeUndefined();
    expect(await disk.get("rooms", roomId)).toMatchObject({ hasBefore: true, messages: { length: 200 } });
  });
});

describe("whatever happens to the page and the line", () => {
  it("[A1] [A13] [A24] each message arrives once and in order, and what was refused stays to be decided about", async () => {
    const deed = fc.constantFrom("post", "post", "post", "refused", "cut", "answer lost", "reload", "restore");
    const runs = fc.array(deed, { minLength: 15, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(runs, async (deeds) => {
        const roomId = await newRoom();
        const disk = new StorageInMemory();
        await using line = await layLine(server.url);
        let tomas = inAHurry(line, disk);
        const wanted: string[] = [];
        const refused: string[] = [];
        for (const [at, kind] of deeds.entries()) {
          if (kind === "post") wanted.push(said(tomas, roomId, `words ${at}`));
          if (kind === "refused") refused.push(said(tomas, roomId, `to nobody ${at}`, cast.room.id));
          if (kind === "cut") line.cut();
          if (kind === "answer lost") line.swallow();
          if (kind === "restore") line.cut();
          if (kind === "reload") {
            await tomas.close();
            tomas = inAHurry(line, disk);
          }
          // How far the last deed gets before the next one.
          for (let turns = 0; turns < (at * 7) % 20; turns++) await turn();
        }
        line.cut();
        const left = await until(tomas.outbox, ({ items }) => items.every(({ status }) => status === "failed") && items.length === refused.length);
        expect(left.items.map(({ content }) => content)).toEqual(refused);
        expect(await storedIn(roomId)).toEqual(wanted);
        expect(disk.count("unsent")).toBe(refused.length);
        await tomas.close();
      }),
      { numRuns: 12 },
    );
  });
});

/** A crowd would come back later; this one is in a hurry. */
function inAHurry(line: Line, disk: StorageInMemory): Tertulia {
  const client = createTertulia({ url: line.url, token: cast.tomas.token, storage: disk });
  opened.push(client);
  client.connection.subscribe(() => client.connection.retryNow());
  return client;
}

function said(client: Tertulia, roomId: string, content: string, replyToId?: string): string {
  client.post(roomId, { content, ...(replyToId === undefined ? {} : { replyToId }) });
  return content;
}
