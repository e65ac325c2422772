import { RequestError } from "@hono/node-server";
import type { Core } from "@tertulia/core/core";
import { Refusal, type RefusalDetails } from "@tertulia/model/refusals";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { RestEnv } from "./rest-env.ts";
import { statuses } from "./statuses.ts";
import { sentenceOf, type Words } from "./words.ts";

const NO_ROUTE: Words = { doing: "answer" };

/** Why something wasn't done, as it is answered. What nobody foresaw is logged whole and told as no more than a reference (protocol X4). */
export function failure(core: Core, c: Context<RestEnv>, error: unknown): Response {
  const refusal = refusalOf(error);
  const { requestId } = c.env;
  if (refusal.code === "INTERNAL") core.log.error({ err: error, requestId, path: c.req.path }, "A request failed in a way nobody foresaw.");
  return c.json(toldOf(refusal, requestId, c.get("words")), statuses[refusal.code], headersFor(refusal));
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

const toldOf = (refusal: Refusal, requestId: string, words = NO_ROUTE) => ({
  success: false,
  error: sentenceOf(refusal, words),
  code: refusal.code,
  details: inOurWords(refusal.details),
  requestId,
});

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
  c.json(toldOf(new Refusal("VALIDATION_FAILED", { reason: "METHOD_NOT_ALLOWED" }, "Method not allowed"), c.env.requestId), 405, { Allow: methods.join(", ") });

/** What came has no address to speak of, since its Host is none. Anything else nobody foresaw. */
export function noRequest(error: unknown, requestId: string): Response {
  if (!(error instanceof RequestError)) throw error;
  return Response.json(toldOf(new Refusal("INVALID_FRAME", {}, "This is not a request that can be answered."), requestId), { status: statuses.INVALID_FRAME });
}
