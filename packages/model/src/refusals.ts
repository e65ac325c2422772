import type { z } from "zod";

/** The closed list of refusals, the same through every door (protocol X2). */
export const refusalCodes = [
  "INVALID_FRAME", "UNKNOWN_TYPE", "INVALID_TIMESTAMP", "VALIDATION_FAILED", "URL_NOT_ALLOWED",
  "UNAUTHENTICATED", "PERMISSION_DENIED", "WRONG_PASSWORD",
  "ROOM_NOT_FOUND", "MESSAGE_NOT_FOUND", "NOT_FOUND", "CONFLICT",
  "TOO_LARGE", "QUOTA_EXCEEDED", "UNSUPPORTED_MEDIA", "RATE_LIMITED",
  "AI_QUOTA_EXCEEDED", "AI_TIMEOUT", "AI_RATE_LIMITED", "AI_MISCONFIGURED", "AI_FAILED",
  "UNAVAILABLE", "STORAGE_FULL", "INTERNAL",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export type RefusalDetails = Record<string, string | number | boolean | null>;

/** A refusal as it stands in an answer: what was refused, in which words, and how to ask about it. */
export interface RefusalShape {
  code: RefusalCode;
  message: string;
  details: RefusalDetails;
  requestId: string;
}

/** What core throws when it says no. Doors translate it; nothing else crosses a door. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, details: RefusalDetails = {}, message: string = sentences[code]) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.details = details;
  }
}

const sentences: Record<RefusalCode, string> = {
  INVALID_FRAME: "This is not a frame of the protocol.",
  UNKNOWN_TYPE: "There is no such frame type.",
  INVALID_TIMESTAMP: "The timestamp is too far from the server's time.",
  VALIDATION_FAILED: "The input is not valid.",
  URL_NOT_ALLOWED: "This address may not be called.",
  UNAUTHENTICATED: "Sign in first.",
  PERMISSION_DENIED: "You don't have the right to do this.",
  WRONG_PASSWORD: "The password is wrong.",
  ROOM_NOT_FOUND: "Room not found",
  MESSAGE_NOT_FOUND: "Message not found",
  NOT_FOUND: "Not found",
  CONFLICT: "This is already taken or has changed.",
  TOO_LARGE: "This is too large.",
  QUOTA_EXCEEDED: "There is no room left for this.",
  UNSUPPORTED_MEDIA: "This kind of content is not taken here.",
  RATE_LIMITED: "Slow down a little.",
  AI_QUOTA_EXCEEDED: "The assistants' budget is used up.",
  AI_TIMEOUT: "The model did not answer in time.",
  AI_RATE_LIMITED: "The model's provider asks us to wait.",
  AI_MISCONFIGURED: "The model's provider does not accept our settings.",
  AI_FAILED: "The model could not finish its answer.",
  UNAVAILABLE: "The server can't do this right now.",
  STORAGE_FULL: "The disk is full; nothing new can be kept.",
  INTERNAL: "Something went wrong on the server.",
};

export type InvalidReason = "REQUIRED_FIELD" | "INVALID_UUID" | "STRING_TOO_LONG" | "INVALID_ENUM_VALUE" | "INVALID_VALUE";

/** The refusal for input a schema didn't take: the first field at fault and why (protocol X3). */
export function validationRefusal(error: z.core.$ZodError, input: unknown): Refusal {
  const issue = error.issues[0];
  if (!issue) return new Refusal("VALIDATION_FAILED", { field: "", reason: "INVALID_VALUE" });
  const field = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]].join(".") : issue.path.join(".");
  const reason = reasonFor(issue, input);
  const limit = issue.code === "too_big" && typeof issue.maximum === "number" ? issue.maximum : limitFrom(issue);
  return new Refusal("VALIDATION_FAILED", { field, reason, ...(reason === "STRING_TOO_LONG" && limit !== null ? { limit } : {}) });
}

function reasonFor(issue: z.core.$ZodIssue, input: unknown): InvalidReason {
  if (issue.code === "custom") return isReason(issue.params?.["reason"]) ? issue.params["reason"] : "INVALID_VALUE";
  if (isMissing(valueAt(input, issue.path))) return "REQUIRED_FIELD";
  if (issue.code === "too_small" && issue.origin === "string") return "REQUIRED_FIELD";
  if (issue.code === "too_big" && issue.origin === "string") return "STRING_TOO_LONG";
  if (issue.code === "invalid_format" && issue.format === "uuid") return "INVALID_UUID";
  if (issue.code === "invalid_value") return "INVALID_ENUM_VALUE";
  return "INVALID_VALUE";
}

const reasons: readonly string[] = ["REQUIRED_FIELD", "INVALID_UUID", "STRING_TOO_LONG", "INVALID_ENUM_VALUE", "INVALID_VALUE"] satisfies InvalidReason[];
const isReason = (value: unknown): value is InvalidReason => typeof value === "string" && reasons.includes(value);
const isMissing = (value: unknown) => value === undefined || value === "";

function limitFrom(issue: z.core.$ZodIssue): number | null {
  if (issue.code !== "custom") return null;
  const limit: unknown = issue.params?.["limit"];
  return typeof limit === "number" ? limit : null;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
