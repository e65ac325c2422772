import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { typeOf } from "../test/call.ts";
import { appRouter } from "./app-router.ts";
import { specOf } from "./follow-specs.ts";

const roomId = randomUUID();
const userIds = [randomUUID()];

test("every follow there is can be followed the short way", () => {
  const paths = Object.keys(appRouter._def.procedures).filter((path) => typeOf(path) === "subscription");
  const inputs: Record<string, unknown> = { "presence.follow": { userIds }, "inbox.follow": undefined, "notices.follow": undefined };
  const specs = paths.map((path) => [path, specOf(path, path in inputs ? inputs[path] : { roomId })] as const);
  expect(new Map<unknown, unknown>(specs)).toEqual(
    new Map<unknown, unknown>([
      ["messages.follow", { kind: "messages", roomId, after: null }],
      ["reads.follow", { kind: "reads", roomId }],
      ["typing.follow", { kind: "typing", roomId }],
      ["presence.follow", { kind: "presence.of", userIds }],
      ["inbox.follow", { kind: "inbox" }],
      ["assistants.followRuns", { kind: "runs", roomId }],
      ["notices.follow", { kind: "notices" }],
    ]),
  );
  expect(specOf("presence.follow", { roomId })).toEqual({ kind: "presence", roomId });
});

test("where one goes on from: the place of the last event heard, else the one asked for", () => {
  expect(specOf("messages.follow", { roomId, after: 7 })).toMatchObject({ after: 7 });
  expect(specOf("messages.follow", { roomId, after: 7, lastEventId: "12" })).toMatchObject({ after: 12 });
});

test("what isn't a follow, or asks for something else, has no short way", () => {
  for (const path of ["messages.list", "messages", "constructor", "__proto__", ""]) expect(specOf(path, { roomId })).toBeNull();
  const wrong = [undefined, null, {}, { roomId: "lobby" }, { roomId, more: 1 }, { roomId, lastEventId: "-1" }, { roomId, after: -1 }];
  for (const input of wrong) expect(specOf("messages.follow", input)).toBeNull();
  expect(specOf("presence.follow", { userIds: Array.from({ length: 201 }, () => randomUUID()) })).toBeNull();
});
