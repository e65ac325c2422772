import * as limits from "@tertulia/model/limits";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, setStage } from "../test/stage.ts";

const ROOM = "550e8400-e29b-41d4-a716-446655440000";
const NIL = "00000000-0000-0000-0000-000000000000";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const at = (ms: number) => new Date(stage.clock.now() + ms).toISOString();
const post = (data: object = {}) => ({ room_id: stage.cast.room.id, content: "Tea?", message_type: "text", ...data });

describe("frames", () => {
  test("[E1] each is one text frame with one JSON object: type, id, timestamp in UTC, and data", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    await mira.posts(stage.cast.room.id, "One");
    await mira.hears("message");
    for (const frame of mira.heard) {
      expect(Object.keys(frame)).toEqual(["type", "id", "timestamp", "data"]);
      expect(frame.timestamp).toBe(at(0));
    }
  });

  test("[E2] what a server says unasked has an id of its own, what answers has the request's", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    const answer = await mira.asks("message", post(), { id: "my own" });
    const { id } = await mira.hears("message");
    expect(answer.id).toBe("my own");
    expect(id).not.toBe("my own");
  });

  test("[E4] fields that nobody knows change nothing", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    mira.blurt(JSON.stringify({ type: "message", id: "with more", timestamp: at(0), version: 2, data: { ...post(), mood: "calm", system: true } }));
    expect(await mira.hears("message_received", ({ id }) => id === "with more")).toBeTruthy();
  });

  test("[E7] none is compressed: the extension isn't even negotiated", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    expect(mira.ws.extensions).toBe("");
  });
});

describe("what is refused", () => {
  test.each([
    ["a type that nobody knows", "dance", {}],
    ["a type that only servers say", "user_joined", { room_id: ROOM }],
    ["an answer's type", "pong", {}],
  ])("[E4] UNKNOWN_TYPE: %s", async (_what, type, data) => {
    await using mira = await stage.enter(stage.cast.mira);
    expect(await mira.asks(type, data, { id: "strange" })).toMatchObject({ type: "error", data: { code: "UNKNOWN_TYPE", details: {}, request_id: "strange" } });
    await mira.reached();
  });

  test.each(["hello", "", "null", "7", '"ping"', "[]", "{}", '{"id":"a","timestamp":"2026-01-01T00:00:00Z","data":{}}', '{"type":7}', '{"type":null}'])(
    "[E5, B17] INVALID_FRAME, and the connection stays open: %s",
    async (text) => {
      await using mira = await stage.enter(stage.cast.mira);
      mira.blurt(text);
      expect(await mira.hears("error")).toMatchObject({ data: { code: "INVALID_FRAME", request_id: null } });
      await mira.reached();
    },
  );

  test("[E5, B17] the sixth of them within a minute closes it with 4429; five a minute don't", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    for (let bad = 0; bad < 5; bad++) mira.blurt("{");
    await mira.reached();
    await stage.pass(60_000, mira);
    for (let bad = 0; bad < 5; bad++) mira.blurt("{");
    await mira.reached();
    mira.blurt("{");
    expect((await mira.closed).code).toBe(4429);
    expect(mira.frames("error")).toHaveLength(11);
  });

  test.each([
    ["binary", (socket: { send(data: Buffer): void }) => socket.send(Buffer.from("{}")), 1003],
    ["[B18] over 64 KiB", (socket: { send(data: string): void }) => socket.send("x".repeat(limits.frameBytes + 1)), 1009],
  ])("[E5] a frame that is %s closes it with its code", async (_what, send, code) => {
    await using mira = await stage.enter(stage.cast.mira);
    send(mira.ws);
    expect((await mira.closed).code).toBe(code);
  });

  test("[E5] bad UTF-8 closes it with 1007", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    mira.ws.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect((await mira.closed).code).toBe(1007);
  });

  test("[E5, B19] endless fragments close it with 1008", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    for (let part = 0; part < 100; part++) mira.ws.send("x", { fin: false });
    expect((await mira.closed).code).toBe(1008);
  });

  test.each([300_000, -300_000])("[E3, B3] a timestamp may be off by %i ms", async (ms) => {
    await using mira = await stage.enter(stage.cast.mira);
    expect(await mira.asks("ping", {}, { timestamp: at(ms) })).toMatchObject({ type: "pong" });
  });

  test.each([300_001, -300_001])("[E3, B3] INVALID_TIMESTAMP, and what time it is: off by %i ms", async (ms) => {
    await using mira = await stage.enter(stage.cast.mira);
    expect(await mira.asks("ping", {}, { timestamp: at(ms) })).toMatchObject({ type: "error", data: { code: "INVALID_TIMESTAMP", details: { server_time: at(0) } } });
  });

  test("[E3] a timestamp may tell its offset from UTC, and be written small", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    const timestamp = new Date(stage.clock.now() + 7_200_000).toISOString().replace("Z", "+02:00");
    expect((await mira.asks("ping", {}, { timestamp })).type).toBe("pong");
    expect((await mira.asks("ping", {}, { timestamp: at(0).toLowerCase() })).type).toBe("pong");
  });
});

describe("[X3] what isn't valid, the first field at fault and why", () => {
  test.each([
    ["[E2, B1] an empty id", { id: "" }, "id", "REQUIRED_FIELD", null],
    ["no id", { id: undefined }, "id", "REQUIRED_FIELD", null],
    ["an id that is no text", { id: 7 }, "id", "INVALID_VALUE", null],
    ["[E2] a long id", { id: "x".repeat(129) }, "id", "STRING_TOO_LONG", null],
    ["an id that can't be stored", { id: "a\0b" }, "id", "INVALID_VALUE", "a\0b"],
    ["no timestamp", { timestamp: undefined }, "timestamp", "REQUIRED_FIELD", "f"],
    ["a timestamp without its zone", { timestamp: "2026-01-01T00:00:00" }, "timestamp", "INVALID_VALUE", "f"],
    ["no data", { data: undefined }, "data", "REQUIRED_FIELD", "f"],
    ["data that is a list", { data: [] }, "data", "INVALID_VALUE", "f"],
  ])("%s", async (_what, envelope, field, reason, requestId) => {
    await using mira = await stage.enter(stage.cast.mira);
    mira.blurt(JSON.stringify({ type: "ping", id: "f", timestamp: at(0), data: {}, ...envelope }));
    expect(await mira.hears("error")).toMatchObject({ data: { code: "VALIDATION_FAILED", details: { field, reason }, request_id: requestId } });
  });

  test.each([
    ["[B2] no content", { content: undefined }, { field: "content", reason: "REQUIRED_FIELD" }],
    ["[M5, B2] empty content", { content: "" }, { field: "content", reason: "REQUIRED_FIELD" }],
    ["[M5, B2] nothing to be seen", { content: " \u200b\u202e\u3164" }, { field: "content", reason: "REQUIRED_FIELD" }],
    ["[M5, B5] too long", { content: "汉".repeat(10_001) }, { field: "content", reason: "STRING_TOO_LONG", limit: 10_000 }],
    ["[M5] a NUL", { content: "a\0" }, { field: "content", reason: "INVALID_VALUE" }],
    ["[M5] a lone surrogate", { content: "a\ud800" }, { field: "content", reason: "INVALID_VALUE" }],
    ["[M6, B6] a type that nobody knows", { message_type: "poem" }, { field: "message_type", reason: "INVALID_ENUM_VALUE" }],
    ["[M6, B6] the server's own type", { message_type: "system" }, { field: "message_type", reason: "INVALID_ENUM_VALUE" }],
    ["[M7, B4] no room", { room_id: undefined }, { field: "room_id", reason: "REQUIRED_FIELD" }],
    ["[M7, B4] the nil room", { room_id: NIL }, { field: "room_id", reason: "INVALID_UUID" }],
    ["[M7, B4] a room that is no UUID", { room_id: "tea" }, { field: "room_id", reason: "INVALID_UUID" }],
    ["[M7, B4] a reply to the nil message", { reply_to_message_id: NIL }, { field: "reply_to_message_id", reason: "INVALID_UUID" }],
    ["[M7] metadata that is a list", { metadata: [] }, { field: "metadata", reason: "INVALID_VALUE" }],
    ["[M7, B21] metadata over 8 KiB", { metadata: { a: "x".repeat(8_192) } }, { field: "metadata", reason: "STRING_TOO_LONG", limit: 8_192 }],
    ["files, which there are none of yet", { attachment_ids: [ROOM] }, { field: "attachment_ids", reason: "INVALID_VALUE" }],
  ])("%s", async (_what, data, details) => {
    await using mira = await stage.enter(stage.cast.mira);
    const { type, data: told } = await mira.asks("message", post(data));
    expect({ type, told }).toMatchObject({ type: "error", told: { code: "VALIDATION_FAILED", details } });
    expect(mira.frames("message")).toEqual([]);
  });

  test("[M5, B5] 10,000 code points of Chinese are not too long", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    expect((await mira.posts(stage.cast.room.id, "汉".repeat(10_000))).type).toBe("message_received");
  });

  test("[J4, B7] a room's password over 100 characters", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    const { data } = await mira.asks("join_room", { room_id: ROOM, password: "x".repeat(101) });
    expect(data).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "password", reason: "STRING_TOO_LONG", limit: 100 } });
  });

  test("more rooms to resume than one frame may name", async () => {
    await using mira = await stage.enter(stage.cast.mira);
    const rooms = Object.fromEntries(Array.from({ length: 201 }, () => [crypto.randomUUID(), 0]));
    expect((await mira.asks("resume", { rooms })).data).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "rooms", reason: "INVALID_VALUE" } });
  });

  test.each([
    ["deep lists", "[".repeat(32_000) + "]".repeat(32_000)],
    ["deep objects", '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)],
    ["[M7] nine levels", '{"a":'.repeat(9) + "1" + "}".repeat(9)],
    ["a prototype", '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
  ])("[B21] metadata of %s harms nobody", async (what, metadata) => {
    await using mira = await stage.enter(stage.cast.mira);
    const { room_id, content, message_type } = post();
    mira.blurt(`{"type":"message","id":"bomb of ${what}","timestamp":"${at(0)}","data":{"room_id":"${room_id}","content":"${content}","message_type":"${message_type}","metadata":${metadata}}}`);
    await mira.reached();
    expect(mira.frames("error").map(({ data }) => data.code)).toEqual(what === "a prototype" ? [] : ["VALIDATION_FAILED"]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});
