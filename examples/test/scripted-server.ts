import { once } from "node:events";
import { createServer } from "node:http";
import { portOf } from "@tertulia/testing/port-of";
import { type WebSocket, WebSocketServer } from "ws";

export interface Frame {
  type: string;
  id: string;
  data: Record<string, unknown>;
}

/** What one connection of a bot is told on what it says. */
export type Part = (heard: Frame, tell: (type: string, data: object, id?: string) => void, line: WebSocket) => void;

/** A server that knows one account and plays a part on each connection, the first on the first: what a real one does only by chance. */
export async function playServer(me: string, parts: Part[]) {
  const http = createServer((_request, response) => response.setHeader("content-type", "application/json").end(JSON.stringify({ success: true, data: { id: me } })));
  const server = new WebSocketServer({ server: http, path: "/ws" });
  server.on("connection", (line) => {
    const play = parts.shift();
    const tell = (type: string, data: object, id: string = crypto.randomUUID()) => line.send(JSON.stringify({ type, id, timestamp: new Date().toISOString(), data }));
    line.on("message", (text: Buffer) => play?.(JSON.parse(text.toString("utf8")), tell, line));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://localhost:${portOf(http.address())}`,
    async [Symbol.asyncDispose]() {
      for (const line of server.clients) line.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
