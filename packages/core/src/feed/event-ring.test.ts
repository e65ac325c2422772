import type { RoomEvent } from "@tertulia/model/events";
import type { Message } from "@tertulia/model/messages";
import type { Room } from "@tertulia/model/rooms";
import { expect, test } from "vitest";
import { EventRing } from "./event-ring.ts";

test("a deleted message's words are purged from memory too, and an edited one comes as it is now", () => {
  const ring = new EventRing();
  ring.push([event(1, { type: "message.posted", message: message("tea", "Tea?") }), event(2, { type: "message.posted", message: message("rain", "Rain?") })]);
  ring.push([event(3, { type: "message.edited", message: message("rain", "Rain!") }), event(4, { type: "message.deleted", messageId: "tea" })]);
  const texts = ring.after(0)?.map((heard) => ("message" in heard ? heard.message.content : null));
  expect(texts).toEqual(["", "Rain!", "Rain!", null]);
});

test("a deleted message calls nobody any more, and has changed when it was deleted, as in the log", () => {
  const ring = new EventRing();
  const calling = { ...message("tea", "@room Tea?"), mentionsRoom: true, mentions: ["tomas"], updatedAt: "2026-11-20T09:00:00.000Z" };
  ring.push([event(1, { type: "message.posted", message: calling }), event(2, { type: "message.deleted", messageId: "tea" })]);
  expect(ring.after(0)?.[0]).toMatchObject({ message: { mentionsRoom: false, mentions: [], updatedAt: envelope(2).at, deletedAt: envelope(2).at } });
});

test("[B39] words that were quoted go with the message they were quoted from, and change with it", () => {
  const ring = new EventRing();
  const quoting = (id: string): Message => ({ ...message(`about ${id}`, "So do I"), replyTo: { id, author: message(id, "").author, excerpt: "Tea?" } });
  ring.push([event(1, { type: "message.posted", message: quoting("tea") }), event(2, { type: "message.posted", message: quoting("rain") })]);
  ring.push([event(3, { type: "message.edited", message: message("rain", "Rain!") }), event(4, { type: "message.deleted", messageId: "tea" })]);
  const quotes = ring.after(0)?.map((heard) => ("message" in heard ? heard.message.replyTo?.excerpt : undefined));
  expect(quotes).toEqual(["", "Rain!", undefined, undefined]);
});

test("what is no longer all there is not handed out in part", () => {
  const ring = new EventRing();
  ring.push(Array.from({ length: 300 }, (_, index) => event(index + 1, { type: "message.deleted", messageId: "x" })));
  expect(ring.after(10)).toBeNull();
  expect(ring.after(290)).toHaveLength(10);
  expect(new EventRing().after(0)).toBeNull();
});

test("of long messages it keeps fewer: a million characters, however many rooms are told of", () => {
  const ring = new EventRing();
  const long = (seq: number) => event(seq, { type: "message.posted", message: message(`${seq}`, "x".repeat(30_000)) });
  ring.push(Array.from({ length: 100 }, (_, index) => long(index + 1)));
  expect(ring.after(66)).toBeNull();
  expect(ring.after(67)).toHaveLength(33);
  // What was taken back makes room again.
  ring.push(Array.from({ length: 33 }, (_, index) => event(101 + index, { type: "message.deleted", messageId: `${68 + index}` })));
  ring.push(Array.from({ length: 33 }, (_, index) => long(134 + index)));
  expect(ring.after(67)).toHaveLength(99);
});

test("reactions reach those who still have their message to hear, and go with it", () => {
  const ring = new EventRing();
  const react = (seq: number, type: "reaction.added" | "reaction.removed", userId: string): RoomEvent => ({ ...envelope(seq), type, messageId: "tea", emoji: "👍", userId, user: { id: userId, username: userId, displayName: userId, avatarUrl: null, kind: "human" } });
  ring.push([event(1, { type: "message.posted", message: message("tea", "Tea?") }), react(2, "reaction.added", "mira"), react(3, "reaction.added", "tomas")]);
  ring.push([react(4, "reaction.removed", "mira")]);
  const heard = () => ring.after(0)?.[0];
  expect(heard()).toMatchObject({ message: { content: "Tea?", reactions: [{ emoji: "👍", userIds: ["tomas"], seqs: [3], count: 1 }] } });
  ring.push([event(5, { type: "message.deleted", messageId: "tea" })]);
  expect(heard()).toMatchObject({ message: { content: "", reactions: [] } });
});

test("a room that was deleted and restored was never gone for whoever comes back", () => {
  const ring = new EventRing();
  const room: Room = {
    id: "room", kind: "room", title: "Tea", description: "", isPrivate: false, hasPassword: false, settings: { assistantMode: "mention", whoCanPost: "everyone", slowModeSeconds: 0 },
    memberCount: 2, headSeq: 2, lastMessageAt: null, createdAt: "", updatedAt: "", deletedAt: null,
  };
  ring.push([{ ...envelope(1), type: "room.deleted" }]);
  expect(ring.after(0)).toEqual([{ ...envelope(1), type: "room.deleted" }]);
  ring.push([{ ...envelope(2), type: "room.updated", room, changes: { deletedAt: null } }]);
  expect(ring.after(0)).toEqual([1, 2].map((seq) => ({ ...envelope(seq), type: "room.updated", room, changes: { deletedAt: null } })));
});

type Body = Pick<RoomEvent & { type: "message.posted" | "message.edited" }, "type" | "message"> | { type: "message.deleted"; messageId: string };

const envelope = (seq: number) => ({ roomId: "room", seq, at: "2026-11-20T10:00:00.000Z", actorId: "mira" });
const event = (seq: number, body: Body): RoomEvent => ({ ...envelope(seq), ...body });

function message(id: string, content: string): Message {
  return {
    id, content, roomId: "room", seq: 1, clientId: null, role: "user", type: "text", metadata: {}, replyTo: null, threadRootId: null, threadCount: 0,
    author: { id: "mira", username: "mira", displayName: "Mira", avatarUrl: null, kind: "human" },
    variants: [], attachments: [], reactions: [], mentions: [], mentionsRoom: false, status: "sent", run: null, editedAt: null, deletedAt: null,
    createdAt: "2026-11-20T10:00:00.000Z", updatedAt: "2026-11-20T10:00:00.000Z",
  };
}
