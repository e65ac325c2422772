import { registerAccount } from "@tertulia/core/accounts/register-account";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { postMessage } from "@tertulia/core/messages/post-message";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, call, typeOf } from "../test/call.ts";
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
    "sessions.createToken": { name: "kettle", expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    "users.search": { q: "tom" },
    "users.get": { id: userId },
    "rooms.open": { roomId },
    "rooms.list": { archived: false, cursor: "x", limit: 10 },
    "rooms.browse": { q: "tea", cursor: "x" },
    "rooms.get": { roomId },
    "rooms.create": { kind: "room", title: "Cake", description: "", isPrivate: true, password: "crumbs", memberIds: [userId], settings: { assistantMode: "off" } },
    "rooms.update": { roomId, title: "Tea", description: "", isPrivate: true, password: null, settings: { assistantMode: "off" } },
    "rooms.delete": { roomId: UNKNOWN },
    "rooms.restore": { roomId: UNKNOWN },
    "rooms.join": { roomId, password: "x" },
    "rooms.leave": { roomId: UNKNOWN },
    "rooms.archive": { roomId },
    "rooms.unarchive": { roomId },
    "members.list": { roomId, cursor: "x", limit: 10 },
    "members.add": { roomId, userId },
    "members.remove": { roomId, userId: UNKNOWN },
    "members.setRole": { roomId, userId, role: "MEMBER" },
    "invites.create": { roomId, maxUses: 1, expiresAt: "2036-01-01T00:00:00Z" },
    "invites.accept": { code: "x" },
    "invites.revoke": { id: UNKNOWN },
    "invites.list": { roomId },
    "messages.post": { roomId, clientId: "again", content: "Tea?", type: "text", replyToId: messageId, metadata: { sugar: 2 } },
    "messages.list": { roomId, before: 10, limit: 10 },
    "messages.get": { messageId },
    "messages.edit": { messageId, content: "Tea!" },
    "messages.delete": { messageId: UNKNOWN },
    "messages.follow": { roomId, after: 0, lastEventId: "0" },
    "reactions.add": { messageId, emoji: "👍" },
    "reactions.remove": { messageId, emoji: "👍" },
    "reads.mark": { roomId, seq: 1 },
    "reads.list": { roomId },
    "reads.follow": { roomId },
    "pins.add": { messageId },
    "pins.remove": { messageId },
    "pins.list": { roomId },
    "drafts.set": { roomId, content: "Te" },
    "drafts.get": { roomId },
    "typing.start": { roomId },
    "typing.stop": { roomId },
    "typing.follow": { roomId },
    "presence.get": { userIds: [userId] },
    "presence.set": { status: "online", currentRoomId: roomId },
    "presence.follow": { userIds: [userId] },
    "inbox.get": null,
    "inbox.follow": null,
    "assistants.list": null,
    "assistants.create": { username: "ada", displayName: "Ada", description: "Counts", instructions: "Count.", model: "", temperature: 0.5 },
    "assistants.update": { assistantId: UNKNOWN, displayName: "Ada", description: "Counts", instructions: "Count.", model: "", temperature: 0.5 },
    "assistants.delete": { assistantId: UNKNOWN },
    "assistants.models": null,
    "assistants.invoke": { roomId, assistantId: UNKNOWN, messageId },
    "assistants.regenerate": { messageId, model: "scripted-1" },
    "assistants.chooseVariant": { runId: UNKNOWN },
    "assistants.stop": { runId: UNKNOWN },
    "assistants.run": { runId: UNKNOWN },
    "assistants.followRuns": { roomId },
    "notices.announce": { text: "Cake", severity: "info", scheduledAt: new Date(Date.now() + 3_600_000).toISOString(), durationMinutes: 5 },
    "notices.follow": null,
    "system.ping": null,
    "system.info": null,
  };
});
afterAll(() => server.close());

const paths = Object.keys(appRouter._def.procedures).toSorted();

test("every procedure stands in the table of good inputs", () => {
  expect(Object.keys(good).toSorted()).toEqual(paths);
});

const open = ["account.register", "account.signIn", "system.info", "system.ping"];
/** Whoever calls these loses a session by it. */
const ending = ["account.signOut", "sessions.revokeOthers"];
const newcomer = (path: string) => {
  const username = path.replace(".", "-");
  return registerAccount(server.core, { email: `${username}@tertulia.test`, username, password: `${username} likes long walks` }, { ip: null, userAgent: null, kind: "api" });
};
const isRefusedForm = ({ status, refusal }: Answer) => status === 400 && refusal?.code === "VALIDATION_FAILED";

describe.each(paths)("%s", (path) => {
  const attempt = (input: unknown) => call(server.url, path, input, cast.mira);
  const fields = () => Object.entries(good[path] ?? {});
  const withField = (field: string, value: unknown) => ({ ...good[path], [field]: value });

  test("takes its good input, or refuses for a reason that isn't its form", async () => {
    const who = ending.includes(path) ? await newcomer(path) : cast.mira;
    const { status, refusal } = await call(server.url, path, good[path] ?? undefined, who);
    expect(status).toBeLessThan(500);
    // A cursor nobody gave is the one thing whose meaning is looked at later.
    expect(refusal?.code === "VALIDATION_FAILED" ? refusal.details["field"] : "cursor").toBe("cursor");
  });

  test("refuses a field it doesn't know", async () => {
    const answer = good[path] && (await attempt(withField("isAdmin", true)));
    expect(answer?.refusal?.details ?? null).toEqual(good[path] && { field: "isAdmin", reason: "INVALID_VALUE" });
  });

  test("refuses input that isn't an object", async () => {
    const taken = [];
    for (const input of good[path] ? [undefined, null, [], 1e9, "", "x", true] : []) if (!isRefusedForm(await attempt(input))) taken.push(input);
    expect(taken).toEqual([]);
  });

  test("refuses each field of another type, and never fails over one", async () => {
    const surprises: unknown[] = [];
    for (const [field] of fields()) {
      for (const value of [null, [], {}, { $ne: null }, -1, 1.5, 1e300, true, "", " ", "\0", "\ud800", "%%%", "' or 1=1 --", "x".repeat(70_000)]) {
        const { status, refusal } = await attempt(withField(field, value));
        if (status >= 500) surprises.push({ field, value, refusal });
      }
      if (field !== "metadata" && !isRefusedForm(await attempt(withField(field, { nested: [1] })))) surprises.push({ field });
    }
    expect(surprises).toEqual([]);
  });

  test("[B53] refuses what no database takes, however deep inside", async () => {
    const surprises = [];
    for (const text of ["\0", "a\0b", "\ud800"]) {
      const hidden = { metadata: [{ [text]: 1 }, { sugar: ["two", { lumps: text }] }], cursor: [Buffer.from(text).toString("base64url")] };
      for (const [field, values] of Object.entries(hidden)) {
        if (!(field in (good[path] ?? {}))) continue;
        for (const value of values) {
          const answer = await attempt(withField(field, value));
          if (!isRefusedForm(answer) && (field === "metadata" || answer.status >= 500)) surprises.push({ field, value, answer });
        }
      }
    }
    expect(surprises).toEqual([]);
  });

  test("[M7] refuses ids that are nil or no UUID", async () => {
    const taken = [];
    for (const [field, value] of fields()) {
      if (!/^id$|Ids?$/.test(field) || field === "clientId" || field === "lastEventId") continue;
      for (const id of [NIL, "not-an-id", `${UNKNOWN}0`]) {
        const answer = await attempt(withField(field, Array.isArray(value) ? [id] : id));
        // What takes one of two forms can't say which field of which was wrong.
        const isSaid = path === "presence.follow" || answer.refusal?.details["reason"] === "INVALID_UUID";
        if (!isRefusedForm(answer) || !isSaid) taken.push({ field, id, answer });
      }
    }
    expect(taken).toEqual([]);
  });

  test("[M5] refuses 10,001 code points in any field", async () => {
    // By the socket, since an address this long is no address.
    await using socket = await RawSocket.open(server.url, cast.mira);
    const taken = [];
    for (const [id, [field, value]] of fields().entries()) {
      if (typeof value !== "string") continue;
      socket.call(id, path, withField(field, TOO_LONG), typeOf(path));
      const { error } = await socket.answer(id);
      if (error?.data.refusal.code !== "VALIDATION_FAILED") taken.push(field);
    }
    expect(taken).toEqual([]);
  });

  test("[J3] a room one isn't in is refused as one that doesn't exist", async () => {
    const refusals = [];
    const rooms = "roomId" in (good[path] ?? {}) ? [cast.room.id, UNKNOWN] : [];
    for (const roomId of rooms) {
      const { status, refusal } = await call(server.url, path, withField("roomId", roomId), cast.wen);
      refusals.push({ status, refusal: refusal && { ...refusal, requestId: "" } });
    }
    expect(refusals).toEqual(rooms.map((roomId) => ({ status: 404, refusal: { code: "ROOM_NOT_FOUND", message: "Room not found", details: { roomId }, requestId: "" } })));
  });

  test("asks who is there", async () => {
    const { refusal } = await call(server.url, path, good[path] ?? undefined, null);
    expect(refusal?.code === "UNAUTHENTICATED").toBe(!open.includes(path));
  });
});
