import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { deflatedTextFrameOf, textFrame, textFrameOf } from "./text-frame.ts";

test("a frame of any length is read by a WebSocket as its text", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000];
  const gate = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, net, head) =>
    gate.handleUpgrade(request, net, head, () => {
      for (const length of lengths) net.write(textFrame(Buffer.from("x".repeat(length))));
      net.write(textFrame(Buffer.from("two "), Buffer.from("parts: 汉")));
    }),
  );
  const address = server.address();
  const socket = new WebSocket(`ws://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer) => {
      heard.push(data.toString("utf8"));
      if (heard.length > lengths.length) resolve();
    });
  });
  expect(heard).toEqual([...lengths.map((length) => "x".repeat(length)), "two parts: 汉"]);
  socket.terminate();
  server.close();
});

test("a text is framed the same, whether it comes as bytes or not", () => {
  for (const text of ["", "a".repeat(126), "汉".repeat(60), "🫖".repeat(20_000)]) expect(textFrameOf(text)).toEqual(textFrame(Buffer.from(text)));
});

test("a deflated frame is read as its text by every socket that has agreed to it, whatever came before", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const texts = ["", "a".repeat(2_000), "汉".repeat(60_000), "a".repeat(2_000), JSON.stringify(Array.from({ length: 5_000 }, (_, n) => n))];
  const frames = texts.map(deflatedTextFrameOf);
  const gate = new WebSocketServer({ noServer: true, perMessageDeflate: { serverNoContextTakeover: true } });
  server.on("upgrade", (request, net, head) => gate.handleUpgrade(request, net, head, () => frames.forEach((frame) => net.write(frame))));
  const address = server.address();
  const socket = new WebSocket(`ws://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  const heard: string[] = [];
  await new Promise<void>((resolve) => socket.on("message", (data: Buffer) => heard.push(data.toString("utf8")) === texts.length && resolve()));
  expect(heard).toEqual(texts);
  expect(frames.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(20_000);
  socket.terminate();
  server.close();
});
