import type { Log } from "@tertulia/model/ports/log";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "../test/client.ts";
import { type Stage, setStage } from "../test/stage.ts";
import { refusalFor } from "./refusal-for.ts";

const logged: { facts: object; sentence: string }[] = [];
const note = (facts: object, sentence: string) => void logged.push({ facts, sentence });
const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({ log });
});
afterAll(() => stage[Symbol.asyncDispose]());

/** A table is away while something is tried. */
async function without<T>(table: "rooms" | "room_members", work: () => Promise<T>): Promise<T> {
  const { schema } = stage.server.core.db;
  await schema.alterTable(table).renameTo("away").execute();
  try {
    return await work();
  } finally {
    await schema.alterTable("away").renameTo(table).execute();
  }
}

test("[X4, B9] what nobody foresaw is told as a reference and nothing more; it stands in the log", async () => {
  await using miras = await stage.enter(stage.cast.mira);
  const join = { room_id: crypto.randomUUID() };
  const { type, data } = await without("rooms", () => miras.asks("join_room", join, { id: "join_1" }));
  expect({ type, data }).toEqual({
    type: "error",
    data: { code: "INTERNAL", message: "Something went wrong on the server.", details: { reference: expect.stringMatching(/^[0-9a-f-]{36}$/) }, request_id: "join_1" },
  });
  expect(logged).toContainEqual({ facts: { err: expect.any(Error), ...Reflect.get(data, "details") }, sentence: "A request failed in a way nobody foresaw." });
  await miras.reached();
});

test("a database that doesn't answer is UNAVAILABLE, by whatever it failed", () => {
  const error = new Error("connection refused at 10.0.0.7");
  error.name = "DatabaseUnavailable";
  expect(refusalFor(error, log)).toMatchObject({ code: "UNAVAILABLE", details: {} });
});

test("whose rooms can't be followed is sent away to come back at once, rather than left deaf", async () => {
  const tomases = await Client.open(stage.server.url, { clock: stage.clock, headers: { authorization: `Bearer ${stage.cast.tomas.token}` } });
  await without("room_members", async () => {
    tomases.say("ping");
    expect((await tomases.closed).code).toBe(4503);
  });
});

describe("[B17] ten thousand frames that nobody would write", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  // Each with a type, or the sixth would end it.
  const anything = fc.oneof(
    fc.record({ type: fc.constantFrom("ping", "message", "join_room", "resume", "read_receipt", "constructor", "__proto__"), id: value, timestamp: value, data: value }).map((each) => JSON.stringify(each)),
    fc
      .record({ type: fc.constantFrom("message", "resume", "typing_start", "assistant_stop"), data: fc.dictionary(fc.constantFrom("room_id", "content", "rooms", "metadata", "run_id", "__proto__"), value) })
      .map((each) => JSON.stringify({ ...each, id: "fuzz", timestamp: new Date(stage.clock.now()).toISOString() })),
  );

  test("harm nobody: each is answered, and others are served meanwhile", async () => {
    await using witness = await stage.enter(stage.cast.mira);
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 500, maxLength: 500, size: "max" }), async (texts) => {
        const wens = await stage.enter(stage.cast.wen);
        for (const text of texts) wens.blurt(text);
        await wens.until((heard) => heard.length >= texts.length);
        await wens.close();
        expect(new Set(wens.frames("error").map(({ data }) => data.code))).toEqual(new Set(["VALIDATION_FAILED", "UNKNOWN_TYPE"]));
        await witness.reached();
      }),
      { numRuns: 20 },
    );
  });
});
