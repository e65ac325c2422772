import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { postMessage } from "@tertulia/core/messages/post-message";
import type { Log } from "@tertulia/model/ports/log";
import { ClientFrame } from "@tertulia/protocol/frames";
import type { RunningServer } from "@tertulia/server/server";
import { appRouter } from "@tertulia/trpc/app-router";
import fc from "fast-check";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Cast, gatherCast } from "../../cast.ts";
import { gatherCrowd, type Guest } from "../../crowd.ts";
import { LeanClient } from "../../drivers/lean-client.ts";
import { howMuch, isSoak } from "../../how-much.ts";
import { startTestServer } from "../../start-test-server.ts";
import { doors } from "../doors.ts";
import { heardBy } from "../facts.ts";
import { protocolDoor } from "../protocol-door.ts";
import { Attacker, sayToTheLine } from "./attacker.ts";
import { type Askable, strangeCalls } from "./strange-calls.ts";
import { strangeBytes } from "./strange-values.ts";

/** The same each time, so that what fails fails again; the soak looks elsewhere. */
const SEED = Number(process.env["FUZZ_SEED"] ?? (isSoak ? Date.now() % 1_000_000 : 4));
const { rounds, calls } = howMuch.strangeCalls;
const ROUND_WITHIN_MS = 180_000;
const ATTACKERS = 6;
/** What is kept of it all in the end, caches and logs of rooms included. */
const MAY_KEEP_BYTES = 100 * 2 ** 20;

/** What the server logged as never foreseen. */
const unforeseen: unknown[] = [];
const log: Log = { debug() {}, info() {}, warn() {}, error: (facts, sentence) => unforeseen.push([sentence, facts]) };

let server: RunningServer;
let cast: Cast;
beforeAll(async () => {
  server = await startTestServer({ log });
  cast = await gatherCast(server.core);
});
afterAll(() => server.close());

test(`[B17] [B21] [B53] [B63] whatever is said at the doors is answered as foreseen, and a bystander notices nothing (FUZZ_SEED=${SEED})`, async () => {
  const { db } = server.core;
  const { people } = await gatherCrowd(db, { people: 600 });
  await db.updateTable("users").set({ role: "ADMIN" }).where("id", "in", people.slice(0, 20).map(({ id }) => id)).execute();
  const strangeCall = strangeCalls(await askable(), await placesFor(people));

  // Tomas sits in a room of his own meanwhile, on a connection by each door.
  const { room } = await createRoom(server.core, cast.mira.actor, { kind: "room", title: "Quiet", isPrivate: true, memberIds: [cast.tomas.account.id] });
  await using overTrpc = new LeanClient({ url: server.url, guest: { username: "tomas", token: cast.tomas.token }, comesBack: false });
  await overTrpc.follow(room.id);
  await using overProtocol = await protocolDoor.enter(server.url, cast.tomas);
  using ear = await overProtocol.listen(room.id);

  const keptBefore = keptBytes();
  const attackers = Array.from({ length: ATTACKERS }, () => new Attacker(server.url, people));
  for (let round = 0; round < rounds; round++) {
    const waiting = fc.sample(strangeCall, { seed: SEED + round, numRuns: calls }).values();
    // Each takes the next as soon as it is done with one.
    await Promise.all(attackers.map((attacker) => attacker.doesAll(waiting)));
  }
  await Promise.all(attackers.map((attacker) => attacker[Symbol.asyncDispose]()));
  for (const bytes of fc.sample(strangeBytes, { seed: SEED, numRuns: 20 })) await sayToTheLine(server.url, bytes);

  expect(attackers.flatMap(({ surprises }) => surprises)).toEqual([]);
  expect(unforeseen).toEqual([]);
  // It came further than the first question of each door.
  const answers = new Set(attackers.flatMap((attacker) => [...attacker.answers]));
  expect([...answers]).toEqual(expect.arrayContaining(["200", "VALIDATION_FAILED", "PERMISSION_DENIED", "MESSAGE_NOT_FOUND", "ROOM_NOT_FOUND", "UNKNOWN_TYPE", "INVALID_FRAME", "UNSUPPORTED_MEDIA"]));
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(keptBytes() - keptBefore).toBeLessThan(MAY_KEEP_BYTES);

  for (const door of doors) {
    await using mira = await door.enter(server.url, cast.mira);
    const { id } = await mira.post(room.id, `Still there, by ${door.name}?`);
    await heardBy(ear, "posted", ({ message }) => message.id === id);
  }
  await expect.poll(() => overTrpc.heard.get(room.id)?.map(({ content }) => content)).toEqual(doors.map(({ name }) => `Still there, by ${name}?`));
  expect(overTrpc.closes).toEqual([]);
}, rounds * ROUND_WITHIN_MS);

/** What this process holds once its garbage is collected. */
function keptBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Everything there is to ask, as the doors themselves describe it. */
async function askable(): Promise<Askable> {
  const procedures = Object.entries(Procedures.parse(appRouter._def.procedures)).map(([path, { _def }]) => ({ path, type: _def.type, fields: fieldsOf(_def.inputs[0]) }));
  const { paths, components } = OpenApi.parse(await (await fetch(`${server.url}/api/v1/openapi.json`)).json());
  const routes = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
      method: method.toUpperCase(),
      template,
      query: parameters.flatMap((each) => (each.in === "query" ? [each.name] : [])),
      fields: Object.keys(components.schemas[requestBody?.content["application/json"]?.schema.$ref.split("/").at(-1) ?? ""]?.properties ?? {}),
    })),
  );
  const frames = ClientFrame.options.map(({ shape: { type, data } }) => ({ type: type.value, fields: Object.keys(data.shape) }));
  return { procedures, frames, routes };
}

const fieldsOf = (input: unknown): string[] => (input instanceof z.ZodObject ? Object.keys(input.shape) : ["roomId"]);

/** A room with everyone in it, and what can be named there. */
async function placesFor(people: readonly Guest[]) {
  const { core } = server;
  const { mira, quill } = cast;
  const { room } = await createRoom(core, mira.actor, { kind: "room", title: "Noise", memberIds: [quill.id, ...people.slice(0, 90).map(({ id }) => id)] });
  const { id: messageId } = await postMessage(core, mira.actor, { roomId: room.id, clientId: newId(), content: "Tea?", type: "text" });
  return { roomId: room.id, messageId, userId: people[1]?.id ?? mira.account.id, assistantId: quill.id };
}

// By their whole paths, which the router's types don't know.
const Procedures = z.record(z.string(), z.custom<{ _def: { type: string; inputs: unknown[] } }>((procedure) => typeof procedure === "function" && "_def" in procedure));
const Body = z.object({ content: z.object({ "application/json": z.object({ schema: z.object({ $ref: z.string() }) }).optional() }) });
const Operation = z.object({ parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]), requestBody: Body.optional() });
const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()).optional() })) }),
});
