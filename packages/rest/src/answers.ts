import { Id } from "@tertulia/model/ids";
import { type RefusalCode, refusalCodes, type RefusalDetails } from "@tertulia/model/refusals";
import { z } from "zod";
import { headersOf } from "./answer-headers.ts";

/** What every answer is wrapped in: what was asked for, or that it was done, or why it wasn't. */
export const success = <T>(data: T) => ({ success: true, data }) as const;
export const done = (message: string) => ({ success: true, message }) as const;

/** One page of a list that goes on in both directions, or in none. */
export const page = <T>(items: T[], { nextCursor = null, previousCursor = null }: Partial<Cursors> = {}) => success({ items, nextCursor, previousCursor });

interface Cursors {
  nextCursor: string | null;
  previousCursor: string | null;
}

const succeeded = z.literal(true);
const cursor = (description: string) => z.string().nullable().meta({ description });

const DataOf = <T extends z.ZodType>(schema: T) => z.object({ success: succeeded, data: schema });
const Done = z.object({ success: succeeded, message: z.string().meta({ description: "What was done." }) }).meta({ id: "Done" });

export const PageOf = <T extends z.ZodType>(item: T, { next, previous = "Always null: this list is read in one direction." }: { next: string; previous?: string }) =>
  z.object({ items: z.array(item), nextCursor: cursor(next), previousCursor: cursor(previous) });

/** A list that is short enough to be answered whole. */
export const WholeListOf = <T extends z.ZodType>(item: T) => PageOf(item, { next: "Always null: this is all of them." });

const Failure = z
  .object({
    success: z.literal(false),
    error: z.string().meta({ description: "What went wrong, as a sentence. Sentences may change; decide by `code`.", example: "Conversation not found" }),
    code: z.enum(refusalCodes).meta({ description: "What went wrong, from a closed list." }),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).meta({
      description:
        "What the code alone doesn't tell. Of `VALIDATION_FAILED`: `field` and `reason` (REQUIRED_FIELD, INVALID_UUID, STRING_TOO_LONG with `limit`, INVALID_ENUM_VALUE, INVALID_VALUE). Of `CONFLICT`: `reason` (LAST_OWNER, TAKEN, DIFFERENT_CONTENT …). Of `RATE_LIMITED`: `limit`, `resetAt` and `retryAfterMs`.",
    }),
    requestId: Id.meta({ description: "Names this request in the server's log, and in its `X-Request-Id`." }),
  })
  .meta({ id: "Failure", description: "Why something wasn't done." });

const json = <T extends z.ZodType>(description: string, schema: T) => ({ description, headers: headersOf(200), content: { "application/json": { schema } } });

/** An answer with data, as a route declares it. */
export const answers = <T extends z.ZodType>(description: string, schema: T) => json(description, DataOf(schema));

/** An answer that something was done. */
export const isDone = (description: string) => json(description, Done);

/** A body, as a route declares it. */
export const body = <T extends z.ZodType>(schema: T) => ({ required: true, content: { "application/json": { schema } } });
/** The same of a route that may be asked without one. */
export const optionalBody = <T extends z.ZodType>(schema: T) => ({ required: false, content: { "application/json": { schema } } });

/** Why a route may refuse, by status, as it declares it. What any route may answer is in it already. Handlers throw these, and return none. */
export const refusals = (...statuses: RefusalStatus[]): Record<never, never> =>
  Object.fromEntries([...ANYWHERE, ...statuses].map((status) => [status, refusal(status, meanings[status])]));

const refusal = (status: number, { description, ...example }: Meaning) => ({
  description,
  headers: headersOf(status),
  content: { "application/json": { schema: Failure, example: { success: false, ...example, requestId: "01a1f883-8af9-710f-9096-e5fbf63e12fd" } } },
});

/** What every route may refuse that changes something: a cookie that comes from a page of someone else's, too. */
export const WRITING = [401, 403, 413, 415] as const;

interface Meaning {
  description: string;
  error: string;
  code: RefusalCode;
  details: RefusalDetails;
}

const meanings = {
  400: {
    description: "The request can't be understood, or a field of it isn't valid.",
    error: "The input is not valid.",
    code: "VALIDATION_FAILED",
    details: { field: "content", reason: "STRING_TOO_LONG", limit: 10_000 },
  },
  401: { description: "No token was shown, or none that is still good.", error: "Authentication token required", code: "UNAUTHENTICATED", details: {} },
  403: { description: "This account may not do that, or not from that page.", error: "No permission to update this message", code: "PERMISSION_DENIED", details: {} },
  404: {
    description: "There is no such thing, or none that this account may know of.",
    error: "Conversation not found",
    code: "ROOM_NOT_FOUND",
    details: { conversationId: "01a1f883-b2c4-7f21-8d03-4c9e5a7b6d18" },
  },
  409: { description: "It is taken already, or something has changed meanwhile.", error: "This is already taken or has changed.", code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } },
  413: { description: "The body is larger than 256 KiB, or there is no room left for what it asks.", error: "This is too large.", code: "TOO_LARGE", details: { limit: 262_144 } },
  415: { description: "The body isn't JSON, or doesn't say so in its `Content-Type`.", error: "This kind of content is not taken here.", code: "UNSUPPORTED_MEDIA", details: {} },
  429: {
    description: "Too often. `Retry-After` says in how many seconds to come back.",
    error: "Slow down a little.",
    code: "RATE_LIMITED",
    details: { limit: 30, resetAt: "2026-11-21T12:00:41.000Z", retryAfterMs: 41_000 },
  },
  500: { description: "Something failed that nobody foresaw. It is in the server's log under `requestId`.", error: "Failed to send message", code: "INTERNAL", details: {} },
  503: { description: "The server can't do this right now; try again later.", error: "The server can't do this right now.", code: "UNAVAILABLE", details: {} },
} as const satisfies Record<number, Meaning>;
type RefusalStatus = keyof typeof meanings;

const ANYWHERE = [400, 429, 500, 503] as const;
