import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { announce } from "@tertulia/core/notices/announce";
import { Announcement, NewAnnouncement, toAnnouncement } from "./announcement.ts";
import { answers, body, refusals, success, WRITING } from "./answers.ts";
import { keyIn, MakingKey } from "./idempotency-key.ts";
import type { RestApp } from "./rest-env.ts";
import { administrator } from "./who-asks.ts";

export function announcementsRoutes(app: RestApp, core: Core): void {
  app.openapi(create, async (c) => {
    const { message: text, severity, scheduledAt, durationMinutes } = c.req.valid("json");
    const wanted = { text, severity, scheduledAt: scheduledAt ?? undefined, durationMinutes: durationMinutes ?? undefined };
    return c.json(success(toAnnouncement(await announce(core, c.get("actor"), wanted, keyIn(c.req.valid("header"))))), 201);
  });
}

const create = createRoute({
  ...administrator("announce", { doing: "announce" }),
  operationId: "announce",
  method: "post",
  path: "/admin/announcements",
  tags: ["Administration"],
  summary: "Announce something to everyone",
  description:
    "Tells everyone who is connected, and whoever connects while it is in force: until what is announced is over, or for a day if that has no time. For administrators; for everyone else this address doesn't exist (404).",
  request: { headers: MakingKey, body: body(NewAnnouncement) },
  responses: { 201: answers("The announcement.", Announcement), ...refusals(...WRITING, 404, 409) },
});
