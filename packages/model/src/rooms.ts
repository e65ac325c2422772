import { z } from "zod";
import { AssistantMode } from "./assistants.ts";
import { Id, Instant, Seq } from "./ids.ts";
import * as limits from "./limits.ts";
import { Member } from "./members.ts";
import { Message } from "./messages.ts";
import { Cursor, PageLimit } from "./paging.ts";
import { optionalText, visibleText } from "./text.ts";
import { User } from "./users.ts";

export const RoomKind = z.enum(["room", "dm", "assistant"]);
export type RoomKind = z.infer<typeof RoomKind>;

export const RoomSettings = z.strictObject({
  assistantMode: AssistantMode,
  whoCanPost: z.enum(["everyone", "admins"]),
  /** Once in so many seconds each member may post; not so OWNER and ADMINs. 0 is off. */
  slowModeSeconds: z.int().min(0).max(limits.slowModeSeconds),
});
export type RoomSettings = z.infer<typeof RoomSettings>;

export const Room = z.object({
  id: Id,
  kind: RoomKind,
  /** Empty in a direct message, which is shown by the name of whoever else is in it. */
  title: z.string(),
  description: z.string(),
  isPrivate: z.boolean(),
  hasPassword: z.boolean(),
  settings: RoomSettings,
  memberCount: z.int(),
  headSeq: Seq,
  lastMessageAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  deletedAt: Instant.nullable(),
});
export type Room = z.infer<typeof Room>;

/** The newest words of a room, as a list shows them. */
export const LastMessage = z.object({ seq: Seq, author: User, excerpt: z.string(), at: Instant });
export type LastMessage = z.infer<typeof LastMessage>;

/** A room in my list: the room, its newest words, my own numbers, and who else sits in it if it is a dm or an assistant chat. */
export const InboxEntry = z.object({
  room: Room,
  headSeq: Seq,
  last: LastMessage.nullable(),
  /** Counted up to 100, shown as 99+. */
  unread: z.int(),
  mentions: z.int(),
  lastReadSeq: Seq,
  archived: z.boolean(),
  others: z.array(User),
});
export type InboxEntry = z.infer<typeof InboxEntry>;

export const RoomId = z.strictObject({ roomId: Id });
export type RoomId = z.infer<typeof RoomId>;

export const CreateRoom = z.strictObject({
  kind: RoomKind,
  title: visibleText(limits.roomTitleChars).optional(),
  description: optionalText(limits.roomDescriptionChars).optional(),
  isPrivate: z.boolean().optional(),
  password: z.string().min(1).max(limits.roomPasswordChars).optional(),
  memberIds: z.array(Id).max(limits.roomMembersAtCreation).optional(),
  settings: RoomSettings.partial().optional(),
});
export type CreateRoom = z.infer<typeof CreateRoom>;

export const UpdateRoom = z.strictObject({
  roomId: Id,
  title: visibleText(limits.roomTitleChars).optional(),
  description: optionalText(limits.roomDescriptionChars).optional(),
  isPrivate: z.boolean().optional(),
  /** Null takes it away. */
  password: z.string().min(1).max(limits.roomPasswordChars).nullable().optional(),
  settings: RoomSettings.partial().optional(),
});
export type UpdateRoom = z.infer<typeof UpdateRoom>;

export const JoinRoom = z.strictObject({ roomId: Id, password: z.string().max(limits.roomPasswordChars).optional() });
export type JoinRoom = z.infer<typeof JoinRoom>;

export const ListRooms = z.strictObject({ archived: z.boolean().optional(), cursor: Cursor.optional(), limit: PageLimit.optional() });
export type ListRooms = z.infer<typeof ListRooms>;

export const BrowseRooms = z.strictObject({ q: z.string().max(limits.searchQueryChars).optional(), cursor: Cursor.optional() });
export type BrowseRooms = z.infer<typeof BrowseRooms>;

export const RoomPage = z.object({ items: z.array(InboxEntry), nextCursor: Cursor.nullable() });
export type RoomPage = z.infer<typeof RoomPage>;

export const BrowsedRoom = z.object({ room: Room, joined: z.boolean() });
export type BrowsedRoom = z.infer<typeof BrowsedRoom>;
export const BrowsePage = z.object({ items: z.array(BrowsedRoom), nextCursor: Cursor.nullable() });
export type BrowsePage = z.infer<typeof BrowsePage>;

/** All a screen needs to show a room, from one snapshot of the database. */
export const OpenedRoom = z.object({
  room: Room,
  me: Member,
  members: z.object({ items: z.array(Member), nextCursor: Cursor.nullable() }),
  messages: z.object({ items: z.array(Message), hasBefore: z.boolean() }),
  headSeq: Seq,
});
export type OpenedRoom = z.infer<typeof OpenedRoom>;
