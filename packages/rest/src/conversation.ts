import { Id, Instant, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { CreateRoom, type InboxEntry, JoinRoom, RoomKind, RoomSettings, UpdateRoom } from "@tertulia/model/rooms";
import { z } from "zod";
import { User } from "./user.ts";

/** A room is called a conversation in this door, and nowhere else in Tertulia. */
const Kind = RoomKind.meta({
  description: "`room`: anyone may be brought in. `dm`: a direct message between two, of which there is one per pair. `assistant`: a chat of one person with an assistant.",
});

const Settings = RoomSettings.extend({
  assistantMode: RoomSettings.shape.assistantMode.meta({ description: "When an assistant answers: never, when mentioned or replied to, or always." }),
  whoCanPost: RoomSettings.shape.whoCanPost.meta({ description: "Everyone in it, or its OWNER and ADMINs alone." }),
  slowModeSeconds: RoomSettings.shape.slowModeSeconds.meta({ description: "Its OWNER and ADMINs aside, each may post once in so many seconds. 0 is as often as they like." }),
}).meta({ id: "ConversationSettings" });

const LastMessage = z
  .object({
    seq: Seq.meta({ description: "The whole message is found with it as `around`." }),
    author: User,
    excerpt: z.string().meta({ description: "Its first words, on one line." }),
    createdAt: Instant,
  })
  .meta({ id: "LastMessage" });

const title = z.string().meta({ description: "Empty in a direct message, which is shown by the name of whoever else is in it.", example: "Tea" });

export const Conversation = z
  .object({
    id: Id,
    kind: Kind,
    title,
    description: z.string(),
    isPrivate: z.boolean().meta({ description: "Nobody finds it, and nobody joins it unless they were invited or know its password." }),
    hasPassword: z.boolean(),
    settings: Settings,
    participantCount: z.int().meta({ example: 2 }),
    headSeq: Seq.meta({ description: "The seq of the newest thing that happened in it. It grows by one with each; see `seq` of a message." }),
    lastMessageAt: Instant.nullable(),
    createdAt: Instant,
    updatedAt: Instant,
    lastMessage: LastMessage.nullable().meta({ description: "The newest message that isn't deleted." }),
    unreadCount: z.int().meta({ description: `Messages of others that I haven't read, counted up to ${limits.unreadShown}.` }),
    mentionCount: z.int().meta({ description: "Those of them that mention me." }),
    lastReadSeq: Seq.meta({ description: "How far I have read." }),
    isArchived: z.boolean().meta({ description: "Whether I keep it in my archive. Other participants don't see that." }),
    others: z.array(User).meta({ description: "Who else is in a direct message or an assistant chat; empty for a room, whose participants have a list of their own." }),
  })
  .meta({ id: "Conversation", description: "A conversation as I see it: what it is, its newest words, and my own numbers in it." });

export const ConversationPath = z.strictObject({ conversationId: Id });

export const toConversation = ({ room, headSeq, last, unread, mentions, lastReadSeq, archived, others }: InboxEntry): z.infer<typeof Conversation> => ({
  id: room.id,
  kind: room.kind,
  title: room.title,
  description: room.description,
  isPrivate: room.isPrivate,
  hasPassword: room.hasPassword,
  settings: room.settings,
  participantCount: room.memberCount,
  headSeq,
  lastMessageAt: room.lastMessageAt,
  createdAt: room.createdAt,
  updatedAt: room.updatedAt,
  lastMessage: last && { seq: last.seq, author: last.author, excerpt: last.excerpt, createdAt: last.at },
  unreadCount: unread,
  mentionCount: mentions,
  lastReadSeq,
  isArchived: archived,
  others,
});

const titled = { minLength: 1, maxLength: limits.roomTitleChars, example: "Tea" };
const described = { maxLength: limits.roomDescriptionChars };
const password = "Whoever knows it may join, also if the conversation is private.";

export const NewConversation = z
  .strictObject({
    kind: Kind.optional().meta({ default: "room" }),
    title: CreateRoom.shape.title.nullish().meta({ ...titled, description: "Without one it is called 新对话 or New conversation, by the language of whoever makes it." }),
    description: CreateRoom.shape.description.nullish().meta(described),
    isPrivate: CreateRoom.shape.isPrivate.meta({ default: false }),
    password: CreateRoom.shape.password.nullish().meta({ description: password }),
    participantIds: CreateRoom.shape.memberIds.meta({ description: "Who is in it beside me: people and assistants. Exactly one for a `dm` or an `assistant` chat." }),
    settings: Settings.partial().optional(),
  })
  .meta({ id: "NewConversation", example: { title: "Tea" } });

/** What is made, as core is asked for it. */
export const toCreateRoom = ({ kind = "room", title, description, password, participantIds, ...wishes }: z.infer<typeof NewConversation>): CreateRoom => ({
  kind,
  title: title ?? undefined,
  description: description ?? undefined,
  password: password ?? undefined,
  memberIds: participantIds,
  ...wishes,
});

export const ConversationChanges = z
  .strictObject({
    title: UpdateRoom.shape.title.meta(titled),
    description: UpdateRoom.shape.description.meta(described),
    isPrivate: UpdateRoom.shape.isPrivate,
    password: UpdateRoom.shape.password.meta({ description: `${password} Null takes it away.` }),
    settings: Settings.partial().optional(),
  })
  .meta({ id: "ConversationChanges", example: { title: "Tea and cake" } });

export const Joining = z
  .strictObject({ password: JoinRoom.shape.password.meta({ description: "Of a conversation that has one." }) })
  .meta({ id: "Joining", example: {} });
