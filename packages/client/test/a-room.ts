import type { RoomEvent } from "@tertulia/model/events";
import type { Member } from "@tertulia/model/members";
import type { Message } from "@tertulia/model/messages";
import type { InboxEntry, OpenedRoom, Room } from "@tertulia/model/rooms";
import type { User } from "@tertulia/model/users";

const person = (id: string, username: string, kind: User["kind"] = "human"): User => ({ id, username, displayName: username, avatarUrl: null, kind });

export const mira = person("01900000-0000-7000-8000-00000000000a", "mira");
export const tomas = person("01900000-0000-7000-8000-00000000000b", "tomas");
export const wen = person("01900000-0000-7000-8000-00000000000c", "wen");
export const quill = person("01900000-0000-7000-8000-00000000000d", "quill", "assistant");

export const roomId = "01900000-0000-7000-8000-000000000001";
export const at = (seq: number) => new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString();
export const idOf = (seq: number) => `01900000-0000-7000-8000-${String(seq).padStart(12, "0")}`;

export const theRoom: Room = {
  id: roomId, kind: "room", title: "Tea", description: "", isPrivate: false, hasPassword: false,
  settings: { assistantMode: "mention", whoCanPost: "everyone", slowModeSeconds: 0 }, memberCount: 2, headSeq: 0, lastMessageAt: null,
  createdAt: at(0), updatedAt: at(0), deletedAt: null,
};

export const member = (user: User): Member => ({ user, role: "MEMBER", joinedAt: at(0), lastReadSeq: 0 });

export function message(seq: number, author: User, content: string, news: Partial<Message> = {}): Message {
  return {
    id: idOf(seq), roomId, seq, clientId: null, author, role: author.kind === "assistant" ? "assistant" : "user", type: "text", content, metadata: {},
    replyTo: null, threadRootId: null, threadCount: 0, variants: [], attachments: [], reactions: [], mentions: [], mentionsRoom: false, status: "sent", run: null,
    editedAt: null, deletedAt: null, createdAt: at(seq), updatedAt: at(seq), ...news,
  };
}

export const posted = (message: Message): RoomEvent => ({
  type: "message.posted", roomId, seq: message.seq, at: message.createdAt, actorId: message.author.id, message,
});

export const snapshot = (messages: Message[], headSeq: number, hasBefore = false): OpenedRoom => ({
  room: theRoom, me: member(tomas), members: { items: [member(mira), member(tomas)], nextCursor: null }, messages: { items: messages, hasBefore }, headSeq,
});

export const entry = (news: Partial<InboxEntry> = {}): InboxEntry => ({
  room: theRoom, headSeq: 0, last: null, unread: 0, mentions: 0, lastReadSeq: 0, archived: false, others: [], ...news,
});
