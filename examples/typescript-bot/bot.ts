// Says "pong" to whoever says "ping", in every room it is in: TERTULIA_TOKEN=… node examples/typescript-bot/bot.ts (docs/api.md tells where a token comes from).
import assert from "node:assert/strict";
import { type LiveRoom, createTertulia } from "@tertulia/client";

const tertulia = createTertulia({ url: process.env["TERTULIA_URL"] ?? "http://localhost:3000", token: process.env["TERTULIA_TOKEN"] ?? "" });
const open = new Set<LiveRoom>();
tertulia.inbox.subscribe(() => {
  for (const { room, headSeq, unread } of tertulia.inbox.get().entries) if (unread > 0) attend(tertulia.room(room.id), headSeq);
});
tertulia.connection.subscribe(() => assert(tertulia.connection.get().status !== "signedOut", "The token is not, or no longer, good."));
process.once("SIGINT", () => void tertulia.close());

/** Opens a room, answers what is unread and has no answer yet, marks it read and closes it: so it may sit in any number of rooms, and be started again. */
function attend(room: LiveRoom, upTo: number): void {
  if (open.has(room)) return;
  const hear = () => {
    const { status, me, messages, headSeq, sending } = room.get();
    if (status !== "ready" || me === null || headSeq < upTo) return;
    const answered = [...messages.filter(({ author }) => author.id === me.user.id).map(({ replyTo }) => replyTo?.id), ...sending.map(({ replyToId }) => replyToId)];
    const unheard = messages.filter(({ id, seq, author }) => seq > me.lastReadSeq && author.id !== me.user.id && !answered.includes(id));
    for (const { id, content } of unheard) if (/\bping\b/i.test(content)) tertulia.post(room.roomId, { content: "pong", replyToId: id });
    if (room.get().sending.some(({ status }) => status !== "failed")) return;
    room.markRead(headSeq);
    open.delete(room);
    stop();
  };
  open.add(room);
  const stop = room.subscribe(hear);
  hear();
}
