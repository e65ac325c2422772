import { addMember } from "@tertulia/core/members/add-member";
import { removeMember } from "@tertulia/core/members/remove-member";
import { deleteMessage } from "@tertulia/core/messages/delete-message";
import { editMessage } from "@tertulia/core/messages/edit-message";
import { postMessage } from "@tertulia/core/messages/post-message";
import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "../test/client.ts";
import { type Stage, setStage } from "../test/stage.ts";
import { ROOMS_PER_RESUME } from "./frames.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const say = (roomId: Id, content: string): Promise<Message> =>
  postMessage(stage.server.core, stage.cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });

/** Tomas' client, which has said nothing yet. */
const connect = () => Client.open(stage.server.url, { clock: stage.clock, headers: { authorization: `Bearer ${stage.cast.tomas.token}` } });

const contents = (client: Client, room_id: Id) => client.frames("message").filter(({ data }) => data.message.room_id === room_id).map(({ data }) => data.message.content);

describe("[G1] a client that comes back", () => {
  test("has what it missed, in order, then how far that was, and goes on live", async () => {
    const roomId = await stage.newRoom();
    const { seq } = await say(roomId, "Seen");
    const edited = await say(roomId, "Tee?");
    const deleted = await say(roomId, "Never mind");
    await editMessage(stage.server.core, stage.cast.mira.actor, { messageId: edited.id, content: "Tea?" });
    await deleteMessage(stage.server.core, stage.cast.mira.actor, { messageId: deleted.id });
    await using tomases = await connect();
    const answer = await tomases.asks("resume", { rooms: { [roomId]: seq } }, { id: "resume_1" });
    expect(answer).toMatchObject({ type: "resumed", id: "resume_1", data: { rooms: { [roomId]: seq + 4 }, reset: [], gone: [] } });
    // Each as it is now.
    expect(tomases.heard.map(({ type, data }) => [type, Reflect.get(data, "seq")])).toEqual([
      ["message", seq + 1], ["message", seq + 2], ["message_updated", seq + 3], ["message_deleted", seq + 4], ["resumed", undefined],
    ]);
    expect(contents(tomases, roomId)).toEqual(["Tea?", ""]);
    await say(roomId, "Live");
    await tomases.hears("message", ({ data }) => data.message.content === "Live");
  });

  test("and has missed nothing is told so at once", async () => {
    const rooms = await Promise.all(Array.from({ length: 3 }, () => stage.newRoom()));
    const heads = await Promise.all(rooms.map(async (roomId) => [roomId, (await say(roomId, "Seen")).seq] as const));
    await using tomases = await connect();
    expect((await tomases.asks("resume", { rooms: Object.fromEntries(heads) })).data).toEqual({ rooms: Object.fromEntries(heads), reset: [], gone: [] });
    expect(tomases.heard).toHaveLength(1);
    for (const roomId of rooms) await say(roomId, "Live");
    for (const roomId of rooms) await tomases.hears("message", ({ data }) => data.message.room_id === roomId);
  });

  test("hears its other rooms as ever, those it doesn't name", async () => {
    const [named, unnamed] = [await stage.newRoom(), await stage.newRoom()];
    const { seq } = await say(named, "Seen");
    await using tomases = await connect();
    await say(unnamed, "Since it connected");
    await tomases.asks("resume", { rooms: { [named]: seq } });
    await tomases.hears("message");
    expect(contents(tomases, unnamed)).toEqual(["Since it connected"]);
  });

  test("learns which rooms aren't its own any more; they can't be told from those that never were there", async () => {
    const [left, hidden, missing] = [await stage.newRoom(), await stage.newRoom({ memberIds: [], isPrivate: true }), crypto.randomUUID()];
    await removeMember(stage.server.core, stage.cast.mira.actor, { roomId: left, userId: stage.cast.tomas.account.id });
    await using tomases = await connect();
    expect((await tomases.asks("resume", { rooms: { [left]: 1, [hidden]: 1, [missing]: 1 } })).data).toEqual({ rooms: {}, reset: [], gone: [left, hidden, missing] });
  });

  test("[G2] from further back than 1,000 events, or from beyond the log, is to begin afresh", async () => {
    const [long, ahead] = [await stage.newRoom(), await stage.newRoom()];
    const { seq: first } = await say(long, "The first");
    let head = first;
    for (let part = 0; part < 10; part++) head = Math.max(...(await Promise.all(Array.from({ length: 101 }, (_, n) => say(long, `${part}.${n}`)))).map(({ seq }) => seq));
    const { seq } = await say(ahead, "Here");
    await using tomases = await connect();
    const { data } = await tomases.asks("resume", { rooms: { [long]: first, [ahead]: seq + 1 } });
    expect(data).toEqual({ rooms: { [long]: head, [ahead]: seq }, reset: [long, ahead], gone: [] });
    expect(tomases.heard).toHaveLength(1);
    await using again = await connect();
    expect((await again.asks("resume", { rooms: { [long]: head - 1_000 } })).data).toMatchObject({ reset: [] });
    expect(again.frames("message")).toHaveLength(1_000);
    for (const client of [tomases, again]) {
      await say(long, "Live");
      await client.hears("message", ({ data: { message } }) => message.content === "Live");
    }
  });

  test("over a line that brings its first frame seconds later still has everything once, and in order", async () => {
    const roomId = await stage.newRoom();
    const { seq } = await say(roomId, "Seen");
    await say(roomId, "Missed");
    await using tomases = await connect();
    await say(roomId, "Since it connected");
    await stage.pass(9_000, tomases);
    await tomases.asks("resume", { rooms: { [roomId]: seq } });
    await say(roomId, "Live");
    await tomases.hears("message", ({ data }) => data.message.content === "Live");
    expect(contents(tomases, roomId)).toEqual(["Missed", "Since it connected", "Live"]);
  });

  test("in more rooms than a frame can name says so in several: those that none has named yet wait for the next", async () => {
    const rooms = [await stage.newRoom(), await stage.newRoom(), await stage.newRoom()];
    const [first = "", second = "", unnamed = ""] = rooms;
    const { seq } = await say(first, "Seen");
    await say(second, "Seen");
    for (const roomId of rooms) await say(roomId, "Missed");
    await using tomases = await connect();
    const others = Object.fromEntries(Array.from({ length: ROOMS_PER_RESUME - 1 }, () => [crypto.randomUUID(), 1]));
    await tomases.asks("resume", { rooms: { ...others, [first]: seq } });
    for (const roomId of rooms) await say(roomId, "Since it connected");
    await tomases.hears("message", ({ data }) => data.message.content === "Since it connected");
    await stage.pass(9_000, tomases);
    expect([contents(tomases, second), contents(tomases, unnamed)]).toEqual([[], []]);
    await tomases.asks("resume", { rooms: { [second]: seq } });
    for (const roomId of rooms) await say(roomId, "Live");
    await tomases.until((heard) => heard.filter((frame) => frame.type === "message" && frame.data.message.content === "Live").length === 3);
    expect(rooms.map((roomId) => contents(tomases, roomId))).toEqual([
      ["Missed", "Since it connected", "Live"], ["Missed", "Since it connected", "Live"], ["Since it connected", "Live"],
    ]);
  });

  test("and comes back into a room meanwhile hears it once", async () => {
    const roomId = await stage.newRoom();
    const { mira, tomas } = stage.cast;
    await using tomases = await connect();
    await tomases.asks("resume", { rooms: Object.fromEntries(Array.from({ length: ROOMS_PER_RESUME }, () => [crypto.randomUUID(), 1])) });
    await removeMember(stage.server.core, mira.actor, { roomId, userId: tomas.account.id });
    await addMember(stage.server.core, mira.actor, { roomId, userId: tomas.account.id });
    await tomases.hears("room_joined", ({ data: { room } }) => room.id === roomId);
    await tomases.reached();
    await say(roomId, "Live");
    await tomases.hears("message", ({ data }) => data.message.content === "Live");
    await tomases.reached();
    expect(contents(tomases, roomId)).toEqual(["Live"]);
  });

  test("to more than can be told of a room, before it has said a word, is closed with 4503 rather than missing some of it", async () => {
    const roomId = await stage.newRoom();
    await using tomases = await connect();
    for (let part = 0; part < 10; part++) await Promise.all(Array.from({ length: 101 }, (_, n) => say(roomId, `${part}.${n}`)));
    tomases.say("ping");
    expect((await tomases.closed).code).toBe(4503);
    expect(tomases.frames("message")).toEqual([]);
  });

  test("later, and not as the first it says, has what it asks for once more rather than a hole", async () => {
    const roomId = await stage.newRoom();
    const { seq } = await say(roomId, "One");
    await using tomases = await connect();
    await tomases.reached();
    await say(roomId, "Two");
    await tomases.hears("message");
    await tomases.asks("resume", { rooms: { [roomId]: seq - 1 } });
    await say(roomId, "Three");
    await tomases.hears("message", ({ data }) => data.message.content === "Three");
    expect(contents(tomases, roomId)).toEqual(["Two", "One", "Two", "Three"]);
  });
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("say" as const), room: fc.nat(1), words: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("cut" as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("come back" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("wait" as const) }) },
);

test("[G1, M4, B38] however often a client is cut off, resuming it has every event once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: "max" }), async (steps) => {
      const rooms = [await stage.newRoom(), await stage.newRoom()];
      const seen = new Map<Id, number[]>(rooms.map((roomId) => [roomId, []]));
      const said = new Map<Id, number[]>(rooms.map((roomId) => [roomId, []]));
      let client: Client | null = null;
      const begin = Object.fromEntries(await Promise.all(rooms.map(async (roomId) => [roomId, (await say(roomId, "Before")).seq])));
      const comeBack = async () => {
        const back = await connect();
        back.say("resume", { rooms: Object.fromEntries(rooms.map((roomId) => [roomId, seen.get(roomId)?.at(-1) ?? begin[roomId]])) });
        return (client = back);
      };
      // What is cut off may have heard more than it was asked about.
      const cut = async () => {
        await client?.close();
        for (const { data } of client?.frames("message") ?? []) seen.get(data.message.room_id)?.push(data.seq);
        client = null;
      };
      const posting: Promise<unknown>[] = [];
      for (const each of steps) {
        if (each.what === "cut") await cut();
        else if (each.what === "come back" && !client) await comeBack();
        else if (each.what === "wait") await new Promise((resolve) => setImmediate(resolve));
        else if (each.what === "say") {
          const roomId = rooms[each.room] ?? "";
          for (let word = 0; word < each.words; word++) posting.push(say(roomId, `${word}`).then(({ seq }) => said.get(roomId)?.push(seq)));
        }
      }
      await Promise.all(posting);
      await cut();
      await (await comeBack()).hears("resumed");
      await cut();
      for (const roomId of rooms) expect(seen.get(roomId)).toEqual(said.get(roomId)?.toSorted((a, b) => a - b));
    }),
    { numRuns: 25 },
  );
});
