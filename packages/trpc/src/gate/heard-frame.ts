import * as limits from "@tertulia/model/limits";
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from "@trpc/server/rpc";
import { appRouter } from "../app-router.ts";
import type { FollowRequest } from "./follows.ts";

/** A frame that was understood: its calls, and each as it came. */
export interface HeardFrame {
  raw: unknown[];
  messages: TRPCClientOutgoingMessage[];
}

const { transformer } = appRouter._def._config;

/** The calls in a frame, or null if any of it isn't one. */
export function parseFrame(text: string): HeardFrame | null {
  try {
    const value: unknown = JSON.parse(text);
    const raw: unknown[] = Array.isArray(value) ? value : [value];
    const messages = raw.map((message) => parseTRPCMessage(message, transformer));
    return messages.length > 0 && messages.every(isNamed) ? { raw, messages } : null;
  } catch {
    return null;
  }
}

/** Each frame of a follow begins with its id, so a long one would make every message to it as long. */
const isNamed = ({ id }: TRPCClientOutgoingMessage) => id !== null && String(id).length <= limits.requestIdChars;

/** The token of tRPC's connectionParams frame: `{ "method": "connectionParams", "data": { "token": "…" } }`. */
export function tokenIn(text: string): string | null {
  try {
    const frame: unknown = JSON.parse(text);
    const token = read(read(frame, "data"), "token");
    return typeof token === "string" ? token : null;
  } catch {
    return null;
  }
}

const read = (value: unknown, key: string): unknown => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined);

type Call = Extract<TRPCClientOutgoingMessage, { params: object }>;

/** A follow as its procedure takes it: the place where a client wants to go on is part of its input. */
export function followRequest({ id, params: { path, input, lastEventId } }: Call): FollowRequest {
  const withPlace = lastEventId === undefined ? input : { ...(typeof input === "object" ? input : {}), lastEventId };
  return { id: id ?? 0, path, input: withPlace };
}
