import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { announceOpen } from "./announce-open.ts";
import { type ChatMessage, newAuthor, type Posted, toMessage } from "./chat-message.ts";

type Frame = { join: string[] } | { post: Posted };

/** Stores a message before anyone hears of it; at once where nothing is stored. */
export type Store = (message: ChatMessage) => Promise<void> | void;

/** Writes a message to those in a room. */
export type Tell = (members: Set<WebSocket>, message: ChatMessage) => void;

/**
 * The chat that one writes on `ws` in an afternoon, done well: rooms are sets of sockets, a message is encoded once and sent to each.
 * No accounts, no rights, no order, nothing kept for those who were away.
 */
export function runWsChat({ store, tell }: { store: Store; tell: Tell }): void {
  const server = createServer();
  const rooms = new Map<string, Set<WebSocket>>();

  new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
    const author = newAuthor();
    const joined: string[] = [];
    socket.on("message", (data: Buffer) => {
      const frame: Frame = JSON.parse(data.toString());
      if ("join" in frame) join(frame.join);
      else void post(frame.post);
    });
    socket.on("error", () => {});
    socket.on("close", () => joined.forEach((roomId) => rooms.get(roomId)?.delete(socket)));

    function join(roomIds: string[]): void {
      for (const roomId of roomIds) membersOf(roomId).add(socket);
      joined.push(...roomIds);
      socket.send(JSON.stringify({ joined: roomIds.length }));
    }

    async function post(posted: Posted): Promise<void> {
      const message = toMessage(posted, author);
      const stored = store(message);
      if (stored) await stored;
      tell(membersOf(posted.roomId), message);
      socket.send(JSON.stringify({ posted: message }));
    }
  });

  function membersOf(roomId: string): Set<WebSocket> {
    const members = rooms.get(roomId) ?? new Set();
    rooms.set(roomId, members);
    return members;
  }

  announceOpen(server);
}

/** Each message by itself, at once. */
export const tellAtOnce: Tell = (members, message) => {
  const frame = Buffer.from(JSON.stringify({ message }));
  for (const member of members) member.send(frame, { binary: false });
};
