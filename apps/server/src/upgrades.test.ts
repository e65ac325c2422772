import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { routeUpgrades } from "./upgrades.ts";

test("[B17] whoever asks for a WebSocket where there is none and breaks off at once doesn't end the process", async () => {
  await using server = createServer();
  routeUpgrades(server, new Map(), null);
  let gone: Promise<unknown> = Promise.resolve();
  // Not by `once`, which would hear its errors too.
  server.on("upgrade", (_, socket) => {
    gone = new Promise((resolve) => socket.on("close", resolve));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port");
  const failures: unknown[] = [];
  const note = (error: unknown) => void failures.push(error);
  process.on("uncaughtException", note);
  for (let turn = 0; turn < 20; turn++) {
    const client = connect(address.port, "127.0.0.1");
    const upgraded = once(server, "upgrade");
    client.write("GET /nowhere HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await upgraded;
    client.resetAndDestroy();
    await gone;
  }
  process.off("uncaughtException", note);
  expect(failures).toEqual([]);
});
