import { type Socket, connect } from "node:net";
import { LeanClient } from "@tertulia/testing/drivers/lean-client";
import { howMuch } from "@tertulia/testing/how-much";
import { measured } from "@tertulia/testing/measured";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { expect, test } from "vitest";
import { canStartPostgres } from "../../../scripts/temporary-postgres.mjs";
import { statusOf } from "./looks.ts";
import { Stage } from "./stage.ts";

const CONNECTED = 20;

test.skipIf(!canStartPostgres())("[A41] a crowd that takes every descriptor leaves those who are connected alone, and the next are taken once it is gone", async () => {
  const { limit, connects } = howMuch.fewDescriptors;
  await using stage = await Stage.open({ people: CONNECTED });
  const server = stage.server({}, { descriptors: limit });
  const url = await server.url();
  const oracle = new Oracle();
  await using clients = new AsyncDisposableStack();
  const connected = stage.people.map((guest) => clients.use(new LeanClient({ url, guest })));
  await Promise.all(connected.map((client) => client.follow(stage.room)));
  const everyoneSays = (what: string) =>
    Promise.all(connected.map(async (client) => {
      const content = `${client.who} ${what}`;
      oracle.sends(client.who, content);
      await client.post(stage.room, content);
      oracle.hearsAcknowledged(content);
    }));

  await everyoneSays("before");
  const crowd = await Promise.all(Array.from({ length: connects }, () => arrive(url)));
  await everyoneSays("in the crowd");
  const left = performance.now();
  for (const socket of crowd) socket.destroy();
  await expect.poll(() => statusOf(`${url}/readyz`).catch(() => 0), { timeout: 30_000 }).toBe(200);
  measured("A41", `${connects} connections against ${limit} descriptors: existing closed 0, accepts again after ${Math.round(performance.now() - left)} ms (goal 5,000)`);
  await everyoneSays("after");
  await using late = new LeanClient({ url, guest: stage.person(0) });
  await late.open();

  const stored = await stage.stored();
  await expect.poll(() => connected.every((client) => client.heard.get(stage.room)?.length === stored.length), { timeout: 30_000 }).toBe(true);
  expect(oracle.verdict(stored, connected.map((client) => client.view(stage.room)))).toEqual(flawless);
  expect(connected.flatMap(({ closes }) => closes)).toEqual([]);
});

/** Connects and says nothing; resolves when that was taken or refused. */
function arrive(url: string): Promise<Socket> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.once("connect", () => resolve(socket)).on("error", () => resolve(socket));
  });
}
