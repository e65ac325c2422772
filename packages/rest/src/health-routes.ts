import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { answers, refusals, success } from "./answers.ts";
import type { RestApp } from "./rest-env.ts";
import { open } from "./who-asks.ts";

export function healthRoutes(app: RestApp, version: string): void {
  app.openapi(health, (c) => c.json(success({ status: "ok" as const, version }), 200));
}

const Health = z.object({ status: z.literal("ok"), version: z.string() }).meta({ id: "Health" });

const health = createRoute({
  ...open({ doing: "answer" }),
  operationId: "getHealth",
  method: "get",
  path: "/health",
  tags: ["Server"],
  summary: "Is anyone there?",
  description: "Needs no token. Whether the server is ready for work is told by `/readyz`, outside of this API.",
  responses: { 200: answers("The server answers.", Health), ...refusals() },
});
