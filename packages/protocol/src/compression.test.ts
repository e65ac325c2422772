import { Socket } from "node:net";
import { postMessage } from "@tertulia/core/messages/post-message";
import * as limits from "@tertulia/model/limits";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Client, type ClientOptions } from "../test/client.ts";
import { type Stage, setStage } from "../test/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({ compression: true });
});
afterAll(() => stage[Symbol.asyncDispose]());

const connect = (options: ClientOptions = {}) => Client.of(stage.cast.tomas, stage.server.url, { clock: stage.clock, ...options });
const bytesTaken = ({ ws }: Client) => z.instanceof(Socket).parse(Reflect.get(ws, "_socket")).bytesRead;
const LONG = "Tea? ".repeat(2_000);

describe("[E7] with WS_COMPRESSION=on", () => {
  test("whoever offers it has frames above 1 KiB compressed, each in its place among the others", async () => {
    await using packed = await connect();
    await using plain = await connect({ perMessageDeflate: false });
    expect([packed.ws.extensions, plain.ws.extensions]).toEqual(["permessage-deflate", ""]);
    const before = [packed, plain].map(bytesTaken);
    for (const content of ["Short", LONG, "Short again", LONG]) await plain.posts(stage.cast.room.id, content);
    for (const client of [packed, plain]) {
      await client.until((heard) => heard.filter(({ type }) => type === "message").length === 4);
      expect(client.frames("message").map(({ data }) => data.message.content)).toEqual(["Short", LONG, "Short again", LONG]);
    }
    const [packedBytes = 0, plainBytes = 0] = [packed, plain].map((client, at) => bytesTaken(client) - (before[at] ?? 0));
    expect(plainBytes).toBeGreaterThan(2 * LONG.length);
    expect(packedBytes).toBeLessThan(5_000);
  });

  test("what is smaller is sent as it is", async () => {
    await using packed = await connect();
    await using plain = await connect({ perMessageDeflate: false });
    const before = [packed, plain].map(bytesTaken);
    const { core } = stage.server;
    await postMessage(core, stage.cast.mira.actor, { roomId: stage.cast.room.id, clientId: crypto.randomUUID(), content: "Short", type: "text" });
    for (const client of [packed, plain]) await client.hears("message");
    const [packedBytes, plainBytes] = [packed, plain].map((client, at) => bytesTaken(client) - (before[at] ?? 0));
    expect(packedBytes).toBe(plainBytes);
  });

  test("what a client compresses is read", async () => {
    await using packed = await connect({ perMessageDeflate: { threshold: 0 } });
    expect(packed.ws.extensions).toBe("permessage-deflate");
    expect((await packed.posts(stage.cast.room.id, LONG)).type).toBe("message_received");
  });

  test("a client that wants a smaller window is sent everything as it is", async () => {
    await using frugal = await connect({ perMessageDeflate: { serverMaxWindowBits: 9 } });
    expect(frugal.ws.extensions).toBe("permessage-deflate");
    const before = bytesTaken(frugal);
    await frugal.posts(stage.cast.room.id, LONG);
    expect((await frugal.hears("message", ({ data }) => data.message.content === LONG)).type).toBe("message");
    expect(bytesTaken(frugal) - before).toBeGreaterThan(LONG.length);
  });

  test("[B20] a frame that grows beyond 64 KiB when it is inflated closes the connection with 1009", async () => {
    await using bomber = await connect({ perMessageDeflate: { threshold: 0 } });
    expect(bomber.ws.extensions).toBe("permessage-deflate");
    bomber.blurt("x".repeat(100 * limits.frameBytes));
    expect((await bomber.closed).code).toBe(1009);
  });
});
