import { announce } from "@tertulia/core/notices/announce";
import { expect, test } from "vitest";
import { setStage } from "../test/stage.ts";

test("[S1] what an administrator announces is told to everyone who is connected, and while it is in force to whoever connects", async () => {
  await using stage = await setStage();
  const { mira, wen, tomas } = stage.cast;
  await using wens = await stage.enter(wen);
  const scheduledAt = new Date(stage.clock.now() + 30 * 60_000).toISOString();
  await announce(stage.server.core, mira.actor, { text: "Maintenance in half an hour", severity: "warning", scheduledAt, durationMinutes: 30 });
  const { id, data } = await wens.hears("system");
  expect(data).toEqual({ event: "announcement", message: "Maintenance in half an hour", severity: "warning", scheduled_at: scheduledAt, duration_minutes: 30 });
  await using tomases = await stage.enter(tomas);
  // The same notice has the same id, however often it is told.
  expect(await tomases.hears("system")).toMatchObject({ id, data });
  await stage.pass(60 * 60_000 + 1_000);
  await using late = await stage.enter(wen);
  await late.reached();
  expect(late.frames("system")).toEqual([]);
});

test("[S2] before the server stops it says so, answers what was asked, and closes with 1012 and when to come back", async () => {
  const stage = await setStage();
  const { mira, room } = stage.cast;
  await using miras = await stage.enter(mira);
  const posting = miras.posts(room.id, "The last word");
  await miras.beats();
  const closing = stage.server.close();
  expect((await miras.hears("system")).data).toMatchObject({ event: "restart", severity: "info" });
  const { code, reason } = await miras.closed;
  expect(code).toBe(1012);
  expect(JSON.parse(reason)).toEqual({ retryAfterMs: expect.any(Number) });
  await posting;
  await closing;
  expect(miras.frames("message_received")).toHaveLength(1);
});
