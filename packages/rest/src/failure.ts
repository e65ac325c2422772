import type { Core } from "@tertulia/core/core";
import { Refusal, type RefusalDetails } from "@tertulia/model/refusals";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { RestEnv } from "./rest-env.ts";
import { statuses } from "./statuses.ts";
import { sentenceOf } from "./words.ts";

const NO_ROUTE = { doing: "answer" };

/** Why something wasn't done, as it is answered. What nobody foresaw is logged whole and told as no more than a reference (protocol X4). */
export function failure(core: Core, c: Context<RestEnv>, error: unknown): Response {
  const refusal = refusalOf(error);
  const { requestId } = c.env;
  if (refusal.code === "INTERNAL") core.log.error({ err: error, requestId, path: c.req.path }, "A request failed in a way nobody foresaw.");
  const told = { success: false, error: sentenceOf(refusal, c.get("words") ?? NO_ROUTE), code: refusal.code, details: inOurWords(refusal.details), requestId };
  return c.json(told, statuses[refusal.code], headersFor(refusal));
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof HTTPException) return refusalBehind(error);
  // By its name: doors know nothing of databases.
  if (error instanceof Error && error.name === "DatabaseUnavailable") return new Refusal("UNAVAILABLE");
  return new Refusal("INTERNAL");
}

/** What Hono itself refuses: a body that is no JSON, or isn't said to be. */
function refusalBehind({ status }: HTTPException): Refusal {
  switch (status) {
    case 400:
      return new Refusal("INVALID_FRAME", {}, "The body is not JSON.");
    case 413:
      return new Refusal("TOO_LARGE");
    case 415:
      return new Refusal("UNSUPPORTED_MEDIA");
    default:
      return new Refusal("INTERNAL");
  }
}

/** What the rest of Tertulia calls otherwise. Which right is missing is core's own word for it. */
function inOurWords({ roomId, right: _right, ...details }: RefusalDetails): RefusalDetails {
  const conversation = roomId === undefined ? {} : { conversationId: roomId };
  const field = details["field"] === "memberIds" ? { field: "participantIds" } : {};
  return { ...conversation, ...details, ...field };
}

function headersFor({ code, details }: Refusal): Record<string, string> {
  if (code === "UNAUTHENTICATED") return { "WWW-Authenticate": "Bearer" };
  // Whatever is left of the body is not read: the connection can't be used again.
  if (code === "TOO_LARGE" || code === "UNSUPPORTED_MEDIA") return { Connection: "close" };
  const { limit, retryAfterMs } = details;
  if (typeof retryAfterMs !== "number") return {};
  const limited = code === "RATE_LIMITED" && typeof limit === "number" ? rateLimitHeaders({ limit, remaining: 0, resetMs: retryAfterMs }) : {};
  return { ...limited, "Retry-After": String(Math.ceil(retryAfterMs / 1_000)) };
}

/** The path is one of ours, but not by this method. */
export const methodFailure = (c: Context<RestEnv>, methods: string[]): Response =>
  c.json({ success: false, error: "Method not allowed", code: "VALIDATION_FAILED", details: { reason: "METHOD_NOT_ALLOWED" }, requestId: c.env.requestId }, 405, { Allow: methods.join(", ") });
