import type { Id } from "@tertulia/model/ids";
import { refusalCodes } from "@tertulia/model/refusals";
import fc from "fast-check";
import { jsonOf, objectWith, strangeBytes, strangeText, strangeValue } from "./strange-values.ts";

/** Something sent on a WebSocket. */
export interface StrangeFrame {
  door: "tRPC" | "the protocol";
  as: "text" | "binary" | "bytes that say they are text" | "fragments" | "beyond the framing";
  payload: string | Buffer;
}

/** Something asked over HTTP. */
export interface StrangeRequest {
  door: "tRPC over HTTP" | "REST";
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Buffer;
}

export type StrangeCall = StrangeFrame | StrangeRequest;

/** Places that are there, so that what is strange gets further than the first door. */
export interface Places {
  roomId: Id;
  messageId: Id;
  userId: Id;
  assistantId: Id;
}

/** What can be asked: tRPC's procedures with the fields of their input, the protocol's frames with those of their data, REST's routes with those of their query and body. */
export interface Askable {
  frames: { type: string; fields: string[] }[];
  procedures: { path: string; type: string; fields: string[] }[];
  routes: { method: string; template: string; query: string[]; fields: string[] }[];
}

export function strangeCalls({ procedures, frames, routes }: Askable, places: Places): fc.Arbitrary<StrangeCall> {
  const inEarnest = earnestly(places);

  const input = (fields: readonly string[]) => fc.oneof({ weight: 9, arbitrary: objectWith(fields, inEarnest) }, { weight: 1, arbitrary: strangeValue });
  const procedure = fc.constantFrom(...procedures);

  const trpcCall = procedure.chain(({ path, type, fields }) =>
    fc.record({
      id: fc.oneof({ weight: 9, arbitrary: fc.nat(1e6) }, { weight: 1, arbitrary: strangeValue }),
      method: fc.oneof({ weight: 9, arbitrary: fc.constant(type) }, { weight: 1, arbitrary: fc.constantFrom("query", "mutation", "subscription", "subscription.stop", "toString", "", "connectionParams") }),
      params: fc.oneof({ weight: 9, arbitrary: fc.record({ path: fc.constant(path), input: input(fields) }) }, { weight: 1, arbitrary: strangeValue }),
    }),
  );
  const trpcText = jsonOf(fc.oneof({ weight: 5, arbitrary: trpcCall }, { weight: 1, arbitrary: fc.array(trpcCall, { maxLength: 14 }) }, { weight: 1, arbitrary: strangeValue }));

  const protocolCall = fc.constantFrom(...frames).chain(({ type, fields }) =>
    fc.record({
      type: fc.oneof({ weight: 12, arbitrary: fc.constant<unknown>(type) }, { weight: 1, arbitrary: fc.constantFrom("user_joined", "system", "error", "constructor") }, { weight: 1, arbitrary: strangeValue }),
      id: fc.oneof({ weight: 9, arbitrary: fc.uuid() }, { weight: 1, arbitrary: strangeValue }),
      timestamp: fc.oneof({ weight: 12, arbitrary: fc.constant<unknown>(new Date().toISOString()) }, { weight: 1, arbitrary: strangeValue }),
      data: input(fields),
    }),
  );
  const protocolText = jsonOf(fc.oneof({ weight: 9, arbitrary: protocolCall }, { weight: 1, arbitrary: strangeValue }));

  const framesOf = (door: StrangeFrame["door"], text: fc.Arbitrary<string>): fc.Arbitrary<StrangeFrame> => {
    const frame = (as: StrangeFrame["as"], payload: fc.Arbitrary<string | Buffer>) => payload.map((each) => ({ door, as, payload: each }));
    return fc.oneof(
      { weight: 40, arbitrary: frame("text", text) },
      { weight: 4, arbitrary: frame("text", strangeText) },
      { weight: 1, arbitrary: frame("text", fc.constant("x".repeat(70_000))) },
      { weight: 1, arbitrary: frame("binary", fc.oneof(text, strangeBytes)) },
      { weight: 1, arbitrary: frame("bytes that say they are text", strangeBytes) },
      { weight: 2, arbitrary: frame("fragments", text) },
      { weight: 1, arbitrary: frame("beyond the framing", strangeBytes) },
    );
  };

  const contentType = fc.oneof({ weight: 9, arbitrary: fc.constant("application/json") }, { weight: 1, arbitrary: fc.constantFrom("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/json; charset=utf-16") });
  const bodyOf = (fields: readonly string[]) => fc.oneof({ weight: 9, arbitrary: jsonOf(input(fields)) }, { weight: 1, arbitrary: fc.oneof(strangeText, strangeBytes) });
  const methodOr = (method: string) => fc.oneof({ weight: 12, arbitrary: fc.constant(method) }, { weight: 1, arbitrary: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND") });
  const request = (door: StrangeRequest["door"], method: fc.Arbitrary<string>, path: fc.Arbitrary<string>, body: fc.Arbitrary<string | Buffer>): fc.Arbitrary<StrangeRequest> =>
    fc.record({ method, path, body, headers: fc.record({ "content-type": contentType, "idempotency-key": fc.constantFrom("", "x", "a b", "x".repeat(129)) }, { requiredKeys: ["content-type"] }) }).map((asked) => ({ door, ...asked }));

  const overHttp = procedure.chain(({ path, type, fields }) => {
    const query = fc.oneof({ weight: 9, arbitrary: jsonOf(input(fields)) }, { weight: 1, arbitrary: strangeText });
    const address = type === "mutation" ? fc.constant(`/api/trpc/${path}`) : query.map((text) => `/api/trpc/${path}?input=${inAddress(text)}`);
    const strange = fc.constantFrom(`/api/trpc/${path},${path}?batch=1`, `/api/trpc/${path}.x`, "/api/trpc/", "/api/trpc/__proto__", `/api/trpc/${Array.from({ length: 12 }, () => path).join(",")}?batch=1&input=%7B%7D`);
    return request("tRPC over HTTP", methodOr(type === "mutation" ? "POST" : "GET"), fc.oneof({ weight: 9, arbitrary: address }, { weight: 1, arbitrary: strange }), bodyOf(fields));
  });

  const overRest = fc.constantFrom(...routes).chain(({ method, template, query, fields }) => {
    const segment = (name: string) => fc.oneof({ weight: 6, arbitrary: fc.constant(inAddress(String(inEarnest(name)))) }, { weight: 1, arbitrary: strangeValue.map((value) => inAddress(String(JSON.stringify(value)))) });
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const address = fc.tuple(fc.tuple(...names.map(segment)), fc.record(Object.fromEntries(query.map((name) => [name, segment(name)])), { requiredKeys: [] })).map(([segments, asked]) => {
      let at = 0;
      const search = Object.entries(asked).map(([name, value]) => `${name}=${value}`).join("&");
      return `/api/v1${template.replace(/\{\w+\}/g, () => segments[at++] ?? "")}${search === "" ? "" : `?${search}`}`;
    });
    const strange = fc.constantFrom("/api/v1", "/api/v1/", "/api/v1/__proto__", `/api/v1${template}/..%2f..`, "/api/v1/conversations/%", "/api/v1/%ff%fe");
    return request("REST", methodOr(method), fc.oneof({ weight: 12, arbitrary: address }, { weight: 1, arbitrary: strange }), bodyOf(fields));
  });

  return fc.oneof(
    { weight: 3, arbitrary: framesOf("tRPC", trpcText) },
    { weight: 3, arbitrary: framesOf("the protocol", protocolText) },
    { weight: 2, arbitrary: overHttp },
    { weight: 2, arbitrary: overRest },
  );
}

/** What a field of this name holds when it is meant. */
function earnestly({ roomId, messageId, userId, assistantId }: Places): (field: string) => unknown {
  const meant: Record<string, unknown> = {
    roomId, conversationId: roomId, room_id: roomId, rooms: { [roomId]: 1 }, messageId, message_id: messageId, replyToId: messageId, parentId: messageId, reply_to_message_id: messageId, threadRootId: messageId, threadId: messageId, thread_root_id: messageId,
    userId, userIds: [userId], memberIds: [userId], participantIds: [userId], assistantId, type: "text", message_type: "text", kind: "room", content: "Tea?", emoji: "👍", metadata: { sugar: 2 },
    role: "MEMBER", status: "online", seq: 1, before: 5, after: 1, around: 3, limit: 10, read_at: new Date().toISOString(), password: "oolong", q: "te", settings: { assistantMode: "off" }, isPrivate: true,
    attachment_ids: [], archived: false, locale: "en", lastEventId: "1",
  };
  return (field) => meant[field] ?? "tea";
}

/** A part of an address, whatever it is; half a character has no place in one. */
const inAddress = (text: string): string => encodeURIComponent(text.toWellFormed()).slice(0, 8_000).replace(/%[0-9A-F]?$/, "");

/** Whether a code may be told to anyone; INTERNAL says that nobody foresaw what happened. */
export const isForeseen = (code: unknown): boolean => refusalCodes.some((known) => known === code) && code !== "INTERNAL";
