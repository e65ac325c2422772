import { EVERYONE } from "@tertulia/model/ports/bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "../test/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const announce = (body: object, headers = {}) => stage.ask(stage.mira, "POST", "/admin/announcements", { body, headers });

test("[S1] an administrator announces something to everyone who is connected, once under a key", async () => {
  const told: unknown[] = [];
  const unlisten = await stage.server.core.bus.listen("server", EVERYONE, (note) => told.push(note.notice.text));
  const headers = { "idempotency-key": "cake" };
  const answer = await announce({ message: "Cake in the kitchen" }, headers);
  expect([answer.status, answer.data]).toMatchObject([201, { event: "announcement", message: "Cake in the kitchen", severity: "info", scheduledAt: null, durationMinutes: null }]);
  expect((await announce({ message: "Cake in the kitchen" }, headers)).data).toEqual(answer.data);
  const scheduledAt = new Date(Date.now() + 3_600_000).toISOString();
  expect((await announce({ event: "announcement", message: "We move", severity: "warning", scheduledAt, durationMinutes: 30 })).data).toMatchObject({ severity: "warning", scheduledAt, durationMinutes: 30 });
  expect(told).toEqual(["Cake in the kitchen", "We move"]);
  unlisten();
});

test("times are taken with any offset from UTC, and told in it", async () => {
  const hours = 3_600_000;
  const soon = new Date(Date.now() + hours);
  const inShanghai = new Date(soon.getTime() + 8 * hours).toISOString().replace("Z", "+08:00");
  const answer = await announce({ message: "We move", scheduledAt: inShanghai });
  expect([answer.status, answer.data]).toMatchObject([201, { scheduledAt: soon.toISOString() }]);
});

test.each([
  ["a time without its offset", { message: "x", scheduledAt: "2030-01-01T00:00:00" }, { field: "scheduledAt", reason: "INVALID_VALUE" }],
  ["another event", { event: "restart", message: "x" }, { field: "event" }],
  ["no message", {}, { field: "message", reason: "REQUIRED_FIELD" }],
  ["a severity of its own", { message: "x", severity: "fatal" }, { field: "severity", reason: "INVALID_ENUM_VALUE" }],
  ["a time that is past", { message: "x", scheduledAt: "2001-01-01T00:00:00Z" }, { field: "scheduledAt" }],
])("%s is refused", async (_what, body, details) => {
  const answer = await announce(body);
  expect([answer.status, answer.failure]).toMatchObject([400, { code: "VALIDATION_FAILED", details }]);
});

test("for everyone else there is no such address, whatever they send", async () => {
  const { ask, tomas } = stage;
  const nowhere = await ask(tomas, "POST", "/admin/nowhere", { body: {}, isUndescribed: true });
  for (const body of [{ message: "Cake" }, { nonsense: true }, "{"]) {
    const { status, json } = await ask(tomas, "POST", "/admin/announcements", { body });
    expect([status, json]).toEqual([404, { ...nowhere.failure, requestId: expect.any(String) }]);
  }
  expect((await ask(null, "POST", "/admin/announcements", { body: {} })).status).toBe(401);
});
