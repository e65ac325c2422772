import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { portOf } from "@tertulia/testing/port-of";
import { expect, onTestFinished, test } from "vitest";
import { bytesTaken } from "./bytes-taken.ts";

const MB = 1024 * 1024;

test("[L3] what a slow line has taken of a long write is seen before the whole of it is through", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const reader = connect(portOf(server.address()), "127.0.0.1");
  const [writer]: Socket[] = await once(server, "connection");
  if (!writer) throw new Error("Nobody came");
  onTestFinished(() => {
    reader.destroy();
    writer.destroy();
    server.close();
  });
  reader.pause();
  writer.write(Buffer.alloc(40 * MB));
  // As much as the network holds, and no more.
  let atFirst = -1;
  await expect.poll(() => {
    const isStill = bytesTaken(writer) === atFirst;
    atFirst = bytesTaken(writer);
    return isStill;
  }).toBe(true);
  expect(atFirst).toBeLessThan(40 * MB);
  let read = 0;
  reader.on("data", (data) => {
    read += data.length;
    if (read > 6 * MB) reader.pause();
  });
  reader.resume();
  await expect.poll(() => bytesTaken(writer)).toBeGreaterThan(atFirst + 2 * MB);
  expect(bytesTaken(writer)).toBeLessThan(40 * MB);
});
