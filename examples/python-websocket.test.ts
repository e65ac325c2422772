import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { portOf } from "@tertulia/testing/port-of";
import { describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

const hasPython = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;

const driver = `
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, "python-bot"))})
import bot
heard = []
try:
    line = bot.WebSocket(sys.argv[1], {"Authorization": "Bearer tea"})
    exec(sys.argv[2])
except bot.Closed as closed:
    heard.append([closed.code, closed.reason])
except bot.Refused as refused:
    heard.append(refused.status)
print(json.dumps(heard))
`;

/** Runs these lines of Python with an open `line`; answers what they put into `heard`, and at the end how the line ended, if it did. */
async function inPython(url: string, lines: string): Promise<unknown> {
  const program = spawn("python3", ["-I", "-S", "-c", driver, url, lines], { stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(await text(program.stdout));
}

/** A server by the book, that does this with whoever connects. */
async function openServer(welcome: (socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" }).on("connection", welcome);
  await once(server, "listening");
  return { url: `http://127.0.0.1:${portOf(server.address())}/ws`, [Symbol.dispose]: () => server.close() };
}

/** A server that shakes hands, with an answer of its own if it's given one, and then does this with the bare connection. */
async function openRawServer(then: (socket: Duplex) => void, accept = acceptFor) {
  const server = createServer().on("upgrade", ({ headers }, socket) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: ${accept(String(headers["sec-websocket-key"]))}\r\n\r\n`);
    then(socket.on("error", () => socket.destroy()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${portOf(server.address())}/ws`, [Symbol.dispose]: () => server.close() };
}

const acceptFor = (key: string): string => createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");

/** The code of a masked close frame, as a client must send it. */
function closeCodeIn(bytes: Buffer): number {
  expect([bytes[0], bytes[1]]).toEqual([0x88, 0x82]);
  const [first = 0, second = 0] = [6, 7].map((at) => (bytes[at] ?? 0) ^ (bytes[at - 4] ?? 0));
  return first * 256 + second;
}

describe.runIf(hasPython)(`the WebSocket client in plain Python${hasPython ? "" : " (left out: there is no Python 3.9 here)"}`, () => {
  it("sends and hears texts of every length, in any script", async () => {
    using server = await openServer((socket) => socket.on("message", (data) => socket.send(data, { binary: false })));
    const echoed = await inPython(server.url, `
for text in ["", "a" * 125, "a" * 126, "a" * 65535, "汉" * 30000, "👋🏽"]:
    line.send(text)
    heard.append(line.receive(10) == text)
`);
    expect(echoed).toEqual([true, true, true, true, true, true]);
  });

  it("puts fragments together, and answers a ping that comes between them", async () => {
    const ponged = Promise.withResolvers<string>();
    using server = await openServer((socket) => {
      socket.on("pong", (data) => ponged.resolve(data.toString()));
      socket.send("Te", { fin: false });
      socket.ping("there?");
      socket.send("a?", { fin: true });
    });
    expect(await inPython(server.url, "heard.append(line.receive(10))")).toEqual(["Tea?"]);
    expect(await ponged.promise).toBe("there?");
  });

  it("waits no longer than it's told to, and keeps the half of a frame that has come", async () => {
    using server = await openRawServer((socket) => {
      socket.write(Buffer.from([0x81, 0x04, 0x54]));
      socket.once("data", () => socket.write("ea?"));
    });
    expect(await inPython(server.url, 'heard.append(line.receive(0.2)); line.send("go on"); heard.append(line.receive(10))')).toEqual([null, "Tea?"]);
  });

  it("hears why it is sent away, and says goodbye", async () => {
    const closed = Promise.withResolvers<number>();
    using server = await openServer((socket) => {
      socket.on("close", closed.resolve);
      socket.close(1012, '{"retryAfterMs":700}');
    });
    expect(await inPython(server.url, "try:\n    line.receive(10)\nfinally:\n    line.close()")).toEqual([[1012, '{"retryAfterMs":700}']]);
    expect(await closed.promise).toBe(1000);
  });

  it("takes a connection that breaks for broken", async () => {
    using server = await openRawServer((socket) => socket.end());
    expect(await inPython(server.url, "line.receive(10)")).toEqual([[1006, ""]]);
  });

  it("stays with no one who answers by another status, or doesn't know the key", async () => {
    using stale = await openRawServer(() => undefined, () => acceptFor("an old key"));
    expect(await inPython(stale.url, "")).toEqual([[1002, ""]]);
    const server = createServer().on("upgrade", (_, socket) => socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    expect(await inPython(`http://127.0.0.1:${portOf(server.address())}/ws`, "")).toEqual([401]);
    server.close();
  });

  it.each<[sentence: string, bytes: number[], code: number]>([
    ["a frame that is masked", [0x81, 0x81, 1, 2, 3, 4, 0x55], 1002],
    ["a reserved bit", [0xc1, 0x00], 1002],
    ["a ping in fragments", [0x09, 0x00], 1002],
    ["a ping that is too long", [0x89, 0x7e, 0x00, 0x7e], 1002],
    ["a text that goes on without having begun", [0x80, 0x00], 1002],
    ["a text that begins within another", [0x01, 0x01, 0x61, 0x81, 0x01, 0x62], 1002],
    ["a binary message", [0x82, 0x00], 1003],
    ["a text that isn't UTF-8", [0x81, 0x01, 0xff], 1007],
    ["a message without end", [0x81, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0], 1009],
  ])("refuses %s, and says so", async (_, bytes, code) => {
    const said = Promise.withResolvers<Buffer>();
    using server = await openRawServer((socket) => {
      socket.once("data", said.resolve);
      socket.write(Buffer.from(bytes));
    });
    expect(await inPython(server.url, "line.receive(10)")).toEqual([[code, ""]]);
    expect(closeCodeIn(await said.promise)).toBe(code);
  });
});
