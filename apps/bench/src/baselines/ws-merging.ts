import type { WebSocket } from "ws";
import type { ChatMessage } from "./chat-message.ts";
import { runWsChat } from "./ws-chat.ts";

const MERGED_MS = 8;
const waiting = new Map<Set<WebSocket>, ChatMessage[]>();

/** What comes to a room within 8 ms goes out in one frame. */
runWsChat({
  store: () => {},
  tell: (members, message) => {
    const messages = waiting.get(members);
    if (messages) return void messages.push(message);
    waiting.set(members, [message]);
    setTimeout(flush, MERGED_MS, members);
  },
});

function flush(members: Set<WebSocket>): void {
  const frame = Buffer.from(JSON.stringify({ messages: waiting.get(members) }));
  waiting.delete(members);
  for (const member of members) member.send(frame, { binary: false });
}
