import type { RunFailure } from "@tertulia/model/assistants";
import { APICallError } from "ai";
import { OutOfPatience, type Patience } from "./patience.ts";

export class EmptyAnswer extends Error {
  override name = "EmptyAnswer";
}

/** The stream ended in the middle of the answer. */
export class UnfinishedAnswer extends Error {
  override name = "UnfinishedAnswer";
}

/** What the room is told of an error, and a cause that is safe to log: the SDK's own errors hold the conversation, and servers quote keys. */
export function failureOf(error: unknown): { code: RunFailure; retryable: boolean; cause: Error } {
  return { code: codeOf(error), retryable: !refusesTheQuestion(error), cause: new Error(describe(error)) };
}

/** How long to wait before asking again, null when asking again is pointless or the answer had begun (it would be paid for twice). */
export function waitBeforeRetry(error: unknown, tries: number, { retryAfterMs, longestWaitMs }: Patience): number | null {
  if (!APICallError.isInstance(error) || !mayPass(error)) return null;
  const wait = askedWait(error.responseHeaders ?? {}) ?? retryAfterMs * 2 ** (tries - 1);
  return wait <= longestWaitMs ? wait : null;
}

function codeOf(error: unknown): RunFailure {
  if (error instanceof OutOfPatience) return "AI_TIMEOUT";
  switch (statusOf(error)) {
    case 429:
      return "AI_RATE_LIMITED";
    case 401:
    case 403:
    case 404:
      return "AI_MISCONFIGURED";
    default:
      return "AI_FAILED";
  }
}

const statusOf = (error: unknown): number | undefined => (APICallError.isInstance(error) ? error.statusCode : undefined);

/** A conversation the server won't take today it won't take tomorrow. */
const refusesTheQuestion = (error: unknown) => [400, 413, 422].includes(statusOf(error) ?? 0);

/** Busy, broken, or not reached at all. A status below 400 means that the answer had begun. */
const mayPass = ({ statusCode, isRetryable }: APICallError) => isRetryable && (statusCode === undefined || statusCode >= 400);

function askedWait(headers: Record<string, string>): number | null {
  const milliseconds = Number.parseFloat(headers["retry-after-ms"] ?? "");
  if (milliseconds >= 0) return milliseconds;
  const after = headers["retry-after"];
  if (after === undefined) return null;
  const wait = /^\s*\d+(\.\d+)?\s*$/.test(after) ? Number(after) * 1_000 : Date.parse(after) - Date.now();
  return Number.isNaN(wait) ? null : Math.max(wait, 0);
}

function describe(error: unknown): string {
  if (error instanceof OutOfPatience) return error.message;
  const status = statusOf(error);
  if (status !== undefined && status >= 400) return `The model server answered HTTP ${status}`;
  return `${nameOf(error)}${networkCodeOf(error)}`;
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : "An error inside the stream");

/** Why there was no connection, such as ECONNREFUSED: it hides in the causes. */
function networkCodeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return ` (${cause.code})`;
  }
  return "";
}
