import { Id, Instant, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { type Message as CoreMessage, MessageContent, Metadata, type PostMessage } from "@tertulia/model/messages";
import { z } from "zod";
import { Limit, Place, WholeNumber } from "./query-shapes.ts";
import { ReactionGroup } from "./reaction.ts";
import { RunSummary } from "./run.ts";
import { User } from "./user.ts";

export const MessageRole = z.enum(["USER", "ASSISTANT", "SYSTEM"]);
export const MessageType = z.enum(["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO", "CODE", "MARKDOWN"]);
export const MessageStatus = z.enum(["SENDING", "SENT", "DELIVERED", "READ", "FAILED"]);

const Anything = z.record(z.string(), z.unknown());

const Attachment = z
  .object({ id: Id, filename: z.string(), originalName: z.string(), mimeType: z.string(), size: z.int(), url: z.string(), metadata: Anything })
  .meta({ id: "Attachment" });

export const Message = z
  .object({
    id: Id,
    conversationId: Id,
    userId: Id.meta({ description: "Who wrote it: a person or an assistant." }),
    author: User,
    content: z.string().meta({ description: "Empty once it is deleted. Of an answer being written, its words so far.", example: "Tea?" }),
    role: MessageRole,
    type: MessageType,
    metadata: Anything.meta({ description: "Whatever its sender put beside the content." }),
    parentId: Id.nullable().meta({ description: "The message it replies to." }),
    threadId: Id.nullable().meta({ description: "The message whose thread it stands in. What stands in a thread is not in the conversation's own list." }),
    status: MessageStatus.meta({
      description:
        "`SENT`; and `READ` once everyone else has read it, in conversations of up to 200 people. The server says no other: `SENDING`, `DELIVERED` and `FAILED` are what a client may show of its own messages.",
    }),
    isEdited: z.boolean(),
    isDeleted: z.boolean(),
    createdAt: Instant,
    updatedAt: Instant,
    editedAt: Instant.nullable(),
    attachments: z.array(Attachment),
    reactions: z.array(ReactionGroup),
    seq: Seq.meta({ description: "Its place in the conversation. Everything that happens there takes the next number, so messages needn't follow each other without gaps.", example: 7 }),
    clientId: z.string().nullable().meta({ description: "The `Idempotency-Key` it was posted with." }),
    run: RunSummary.nullable().meta({ description: "Of an assistant's message: how it was, or is being, written." }),
  })
  .meta({ id: "Message" });

/** `isRead` is whether everyone else has read it. */
export const toMessage = (message: CoreMessage, isRead: boolean): z.infer<typeof Message> => ({
  id: message.id,
  conversationId: message.roomId,
  userId: message.author.id,
  author: message.author,
  content: message.content,
  role: roles[message.role],
  type: types[message.type],
  metadata: message.metadata,
  parentId: message.replyTo?.id ?? null,
  threadId: message.threadRootId,
  status: isRead ? "READ" : "SENT",
  isEdited: message.editedAt !== null,
  isDeleted: message.deletedAt !== null,
  createdAt: message.createdAt,
  updatedAt: message.updatedAt,
  editedAt: message.editedAt,
  attachments: message.attachments.map(({ id, name, mediaType, size, url }) => ({ id, filename: name, originalName: name, mimeType: mediaType, size, url, metadata: {} })),
  reactions: message.reactions.map(({ emoji, userIds, count }) => ({ emoji, userIds, count })),
  seq: message.seq,
  clientId: message.clientId,
  run: message.run,
});

const roles = { user: "USER", assistant: "ASSISTANT", system: "SYSTEM" } as const;
/** What the server itself says is text too; its role tells it apart. */
const types = { text: "TEXT", image: "IMAGE", file: "FILE", audio: "AUDIO", video: "VIDEO", code: "CODE", markdown: "MARKDOWN", system: "TEXT" } as const;

export const MessagesQuery = z
  .strictObject({
    before: Place.optional().meta({ type: "string", description: "The messages before this one: a message's id or its seq." }),
    after: Place.optional().meta({ type: "string", description: "The messages after this one." }),
    around: Place.optional().meta({ type: "string", description: "This one, and those on both sides of it. At most one of `before`, `after`, `around` and `page`." }),
    page: WholeNumber.pipe(z.int().min(1)).optional().meta({
      type: "integer",
      minimum: 1,
      description: `Instead of a place: the newest page is 1, an older one 2, and so on through the newest ${limits.messagesCountedByPage.toLocaleString("en")} messages. Pages shift when something is posted, so \`nextCursor\` is the better way on.`,
    }),
    threadId: Id.optional().meta({ description: "The replies in the thread of this message, instead of the conversation's own messages." }),
    limit: Limit,
  })
  .refine(({ before, after, around, page }) => [before, after, around, page].filter((place) => place !== undefined).length <= 1, { path: ["before"], params: { reason: "INVALID_VALUE" } });

export const NewMessage = z
  .strictObject({
    content: MessageContent.meta({ description: "At least one of its characters is visible. Counted in Unicode code points.", minLength: 1, maxLength: limits.messageCodePoints, example: "Tea?" }),
    type: MessageType.default("TEXT"),
    parentId: Id.nullish().meta({ description: "The message it replies to, in the same conversation." }),
    threadId: Id.nullish().meta({ description: "The message in whose thread it stands." }),
    attachments: z.array(Id).max(0).optional().meta({ description: "None: files can't be sent yet." }),
    metadata: Metadata.nullish().meta({ type: "object", description: `Whatever you like, given back as it was sent: at most ${limits.metadataBytes} bytes as JSON, ${limits.metadataDepth} levels deep.` }),
  })
  .meta({ id: "NewMessage", example: { content: "Tea?" } });

/** What is posted, as core is asked for it. */
export const toPost = (roomId: Id, clientId: string, { content, type, parentId, threadId, metadata }: z.infer<typeof NewMessage>): PostMessage => ({
  roomId,
  clientId,
  content,
  type: coreTypes[type],
  replyToId: parentId ?? undefined,
  threadRootId: threadId ?? undefined,
  metadata: metadata ?? undefined,
});

const coreTypes = { TEXT: "text", IMAGE: "image", FILE: "file", AUDIO: "audio", VIDEO: "video", CODE: "code", MARKDOWN: "markdown" } as const;

export const MessagePath = z.strictObject({ messageId: Id });

export const MessageEdit = z.strictObject({ content: NewMessage.shape.content }).meta({ id: "MessageEdit" });
