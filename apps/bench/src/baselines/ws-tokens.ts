import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { announceOpen } from "./announce-open.ts";

// Passes a model's answer on to everyone, one frame a token, and stores nothing.
const server = createServer();
const everyone = new Set<WebSocket>();

new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
  socket.on("close", () => everyone.delete(socket));
  socket.on("message", (data: Buffer) => {
    if (data.toString() === "ask") return void passOn();
    everyone.add(socket);
    socket.send(JSON.stringify({ joined: 1 }));
  });
});

async function passOn(): Promise<void> {
  const body = JSON.stringify({ model: "scripted-1", stream: true, messages: [{ role: "user", content: "Tell me about tea." }] });
  const answer = await fetch(`${process.env["OPENAI_BASE_URL"]}/chat/completions`, { method: "POST", body });
  if (!answer.body) return;
  for await (const line of createInterface({ input: Readable.fromWeb(answer.body) })) {
    if (!line.startsWith("data: {")) continue;
    const { choices }: { choices: { delta: { content?: string } }[] } = JSON.parse(line.slice("data: ".length));
    const token = choices[0]?.delta.content;
    if (token !== undefined) tell({ token });
  }
  tell({ done: true });
}

function tell(frame: object): void {
  const bytes = Buffer.from(JSON.stringify(frame));
  for (const socket of everyone) socket.send(bytes, { binary: false });
}

announceOpen(server);
