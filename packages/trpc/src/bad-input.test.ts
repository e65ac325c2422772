import { refusalCodes } from "@tertulia/model/refusals";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { postMessage } from "@tertulia/core/messages/post-message";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, typeOf } from "../test/call.ts";
import { RawSocket } from "../test/raw-socket.ts";
import { appRouter } from "./app-router.ts";

const NIL = "00000000-0000-0000-0000-000000000000";
const UNKNOWN = "01a1f883-8af9-710f-9096-e5fbf63e12fd";
const TOO_LONG = "汉".repeat(10_001);

let server: RunningServer;
let cast: Cast;
/** An input that each procedure takes; what is done with it is undone or harmless. Those that take none have null. */
let good: Record<string, object | null>;

beforeAll(async () => {
  server = await startTestServer();
  cast = await gatherCast(server.core);
  const roomId = cast.room.id;
  const userId = cast.tomas.account.id;
  const { id: messageId } = await postMessage(server.core, cast.mira.actor, { roomId, clientId: "first", content: "Tea?", type: "text" });
  good = {
    "account.register": { email: "a@tertulia.test", username: "anna", displayName: "Anna", password: "anna likes long walks", locale: "en", setupCode: "none" },
    "account.signIn": { login: "mira", password: cast.mira.password },
    "account.signOut": null,
    "account.me": null,
    "account.update": { displayName: "Mira", locale: "en" },
    "account.changePassword": { current: "wrong", next: "a new and long one" },
    "sessions.list": null,
    "sessions.revoke": { id: UNKNOWN },
    "sessions.revokeOthers": null,
    "sessions.createToken": { name: "kettle", expiresAt: "2036-01-01T00:00:00Z" },
    "users.search": { q: "tom" },
    "users.get": { id: userId },
    "rooms.open": { roomId },
    "rooms.list": { archived: false, cursor: "x", limit: 10 },
    "rooms.browse": { q: "tea", cursor: "x" },
    "rooms.get": { roomId },
    "rooms.create": { kind: "room", title: "Cake", description: "", isPrivate: true, password: "crumbs", memberIds: [userId], settings: { assistantMode: "off" } },
    "rooms.update": { roomId, title: "Tea", description: "", isPrivate: true, settings: { assistantMode: "off" } },
    "rooms.delete": { roomId: UNKNOWN },
    "rooms.join": { roomId, password: "x" },
    "rooms.leave": { roomId: UNKNOWN },
    "rooms.archive": { roomId },
    "rooms.unarchive": { roomId },
    "members.list": { roomId, cursor: "x", limit: 10 },
    "members.add": { roomId, userId },
    "members.remove": { roomId, userId: UNKNOWN },
    "members.setRole": { roomId, userId, role: "MEMBER" },
    "messages.post": { roomId, clientId: "again", content: "Tea?", type: "text", replyToId: messageId, metadata: { sugar: 2 } },
    "messages.list": { roomId, before: 10, limit: 10 },
    "messages.get": { messageId },
    "messages.edit": { messageId, content: "Tea!" },
    "messages.delete": { messageId: UNKNOWN },
    "messages.follow": { roomId, after: 0, lastEventId: "0" },
    "reads.mark": { roomId, seq: 1 },
    "reads.list": { roomId },
    "reads.follow": { roomId },
    "typing.start": { roomId },
    "typing.stop": { roomId },
    "typing.follow": { roomId },
    "presence.get": { userIds: [userId] },
    "presence.set": { status: "online", currentRoomId: roomId },
    "presence.follow": { userIds: [userId] },
    "inbox.get": null,
    "inbox.follow": null,
    "assistants.list": null,
    "assistants.models": null,
    "assistants.invoke": { roomId, assistantId: UNKNOWN, messageId },
    "assistants.stop": { runId: UNKNOWN },
    "assistants.run": { runId: UNKNOWN },
    "assistants.followRuns": { roomId },
    "system.ping": null,
    "system.info": null,
  };
});
afterAll(() => server.close());

const paths = Object.keys(appRouter._def.procedures).toSorted();

test("every procedure stands in the table of good inputs", () => {
  expect(Object.keys(good).toSorted()).toEqual(paths);
});

describe.each(paths)("%s", (path) => {
  const attempt = (input: unknown) => call(server.url, path, input, cast.mira);

  test("takes its good input, or refuses for a reason that isn't its form", async () => {
    if (path === "account.signOut" || path === "sessions.revokeOthers") return;
    const { status, refusal } = await attempt(good[path] ?? undefined);
    expect(status, JSON.stringify(refusal)).toBeLessThan(500);
    // A cursor nobody gave is the one thing whose meaning is looked at later.
    if (refusal?.code === "VALIDATION_FAILED") expect(refusal.details).toMatchObject({ field: "cursor" });
  });

  test("refuses a field it doesn't know", async () => {
    const input = good[path];
    if (!input) return;
    expect(await attempt({ ...input, isAdmin: true })).toMatchObject({ status: 400, refusal: { code: "VALIDATION_FAILED", details: { field: "isAdmin", reason: "INVALID_VALUE" } } });
  });

  test("refuses input that isn't an object", async () => {
    if (!good[path]) return;
    for (const input of [undefined, null, [], 1e9, "", "x", true]) {
      expect(await attempt(input), JSON.stringify(input)).toMatchObject({ status: 400, refusal: { code: "VALIDATION_FAILED" } });
    }
  });

  test("refuses each field of another type, and never fails over one", async () => {
    for (const field of Object.keys(good[path] ?? {})) {
      for (const value of [null, [], {}, { $ne: null }, 1e309, -1, 1.5, true, "", " ", "\0", "\ud800", "x".repeat(70_000)]) {
        const { status, refusal } = await attempt({ ...good[path], [field]: value });
        expect(status, `${field}: ${JSON.stringify(value)?.slice(0, 40)} ${JSON.stringify(refusal)}`).toBeLessThan(500);
        if (refusal) expect(refusalCodes).toContain(refusal.code);
      }
      if (field === "metadata") continue;
      expect(await attempt({ ...good[path], [field]: { nested: [1] } }), field).toMatchObject({ status: 400, refusal: { code: "VALIDATION_FAILED" } });
    }
  });

  test("[M7] refuses ids that are nil or no UUID", async () => {
    for (const [field, value] of Object.entries(good[path] ?? {})) {
      if (!/Ids?$|^id$/.test(field) || field === "clientId" || field === "lastEventId") continue;
      for (const id of [NIL, "not-an-id", `${UNKNOWN}0`]) {
        const answer = await attempt({ ...good[path], [field]: Array.isArray(value) ? [id] : id });
        const reached = path === "presence.follow" ? {} : { details: { reason: "INVALID_UUID" } };
        expect(answer, `${field}: ${id}`).toMatchObject({ status: 400, refusal: { code: "VALIDATION_FAILED", ...reached } });
      }
    }
  });

  test("[M5] refuses 10,001 code points in any field", async () => {
    // By the socket, since an address this long is no address.
    await using socket = await RawSocket.open(server.url, cast.mira);
    const fields = Object.entries(good[path] ?? {}).filter(([, value]) => typeof value === "string");
    for (const [index, [field]] of fields.entries()) {
      socket.call(index, path, { ...good[path], [field]: TOO_LONG }, typeOf(path));
      expect((await socket.answer(index)).error?.data, field).toMatchObject({ code: "BAD_REQUEST", refusal: { code: "VALIDATION_FAILED" } });
    }
  });

  test("[J3] a room one isn't in is refused as one that doesn't exist", async () => {
    const input = good[path];
    if (!input || !("roomId" in input)) return;
    const foreign = await call(server.url, path, { ...input, roomId: cast.room.id }, cast.wen);
    const unknown = await call(server.url, path, { ...input, roomId: UNKNOWN }, cast.wen);
    expect(foreign).toMatchObject({ status: 404, refusal: { code: "ROOM_NOT_FOUND", details: { roomId: cast.room.id } } });
    expect(unknown).toMatchObject({ status: 404, refusal: { code: "ROOM_NOT_FOUND", details: { roomId: UNKNOWN } } });
    expect(Object.keys(foreign.refusal?.details ?? {})).toEqual(Object.keys(unknown.refusal?.details ?? {}));
    expect(foreign.refusal?.message).toBe(unknown.refusal?.message);
  });

  test("asks who is there", async () => {
    const isOpen = path.startsWith("system.") || path === "account.register" || path === "account.signIn";
    const { refusal } = await call(server.url, path, good[path] ?? undefined, null);
    if (isOpen) expect(refusal?.code).not.toBe("UNAUTHENTICATED");
    else expect(refusal?.code).toBe("UNAUTHENTICATED");
  });
});
