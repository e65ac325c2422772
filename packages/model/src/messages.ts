import { z } from "zod";
import { RunSummary } from "./assistants.ts";
import { Id, Instant, Seq } from "./ids.ts";
import * as limits from "./limits.ts";
import { PageLimit } from "./paging.ts";
import { Reaction } from "./reactions.ts";
import { ThreadPosition } from "./reads.ts";
import { isStorable, visibleText } from "./text.ts";
import { User } from "./users.ts";

export const MessageRole = z.enum(["user", "assistant", "system"]);
export type MessageRole = z.infer<typeof MessageRole>;

/** What a client may post; `system` is the server's alone (protocol M6). */
export const PostableType = z.enum(["text", "image", "file", "audio", "video", "code", "markdown"]);
export type PostableType = z.infer<typeof PostableType>;
export const MessageType = z.enum([...PostableType.options, "system"]);
export type MessageType = z.infer<typeof MessageType>;

/** `streaming` while an assistant writes; the last three are how an answer ends short of its end. */
export const MessageStatus = z.enum(["sent", "streaming", "stopped", "failed", "interrupted"]);
export type MessageStatus = z.infer<typeof MessageStatus>;

export const Json: z.ZodType<JsonValue> = z.json();
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export const Quote = z.object({ id: Id, author: User, excerpt: z.string() });
export type Quote = z.infer<typeof Quote>;

export const Attachment = z.object({ id: Id, name: z.string(), mediaType: z.string(), size: z.int(), url: z.string() });
export type Attachment = z.infer<typeof Attachment>;

export const Message = z.object({
  id: Id,
  roomId: Id,
  seq: Seq,
  clientId: z.string().nullable(),
  author: User,
  role: MessageRole,
  type: MessageType,
  content: z.string(),
  metadata: z.record(z.string(), Json),
  replyTo: Quote.nullable(),
  /** The message whose thread it is a reply in. Such a reply takes a seq of its room, but stands neither in the room's page nor in its unread. */
  threadRootId: Id.nullable(),
  /** How many replies its own thread has. */
  threadCount: z.int(),
  /** Of an answer that was asked for again: its runs, in the order they began, `run` being the one it shows. Empty of any other. */
  variants: z.array(Id),
  attachments: z.array(Attachment),
  reactions: z.array(Reaction),
  mentions: z.array(Id),
  /** Whether it mentions everyone in the room. */
  mentionsRoom: z.boolean(),
  status: MessageStatus,
  /** Of an assistant's message: the run that writes or wrote it. */
  run: RunSummary.nullable(),
  editedAt: Instant.nullable(),
  deletedAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Message = z.infer<typeof Message>;

/** A client's own name for what it sends; the same name again is the same deed (protocol M3). */
export const ClientId = z.string().min(1).max(limits.clientIdChars).regex(/^[\x21-\x7e]+$/);
export const MessageContent = visibleText(limits.messageCodePoints);

/** How deep it is is looked at first: whatever walks through it, a schema too, would never come back from ten thousand levels. */
const Shallow = z.custom<{ [key: string]: unknown }>((value) => depthOf(value) <= limits.metadataDepth);

export const Metadata = Shallow.pipe(z.record(z.string(), Json)).superRefine((metadata, context) => {
  if (new TextEncoder().encode(JSON.stringify(metadata)).length > limits.metadataBytes)
    context.addIssue({ code: "custom", params: { reason: "STRING_TOO_LONG", limit: limits.metadataBytes } });
  else if (!textsIn(metadata).every(isStorable)) context.addIssue({ code: "custom", params: { reason: "INVALID_VALUE" } });
});

/** Its names and its strings. */
function textsIn(value: JsonValue): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(textsIn)];
}

function depthOf(value: unknown, reached = 0): number {
  if (typeof value !== "object" || value === null || reached > limits.metadataDepth) return reached;
  let deepest = reached + 1;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, reached + 1));
  return deepest;
}

export const PostMessage = z.strictObject({
  roomId: Id,
  clientId: ClientId,
  content: MessageContent,
  type: PostableType.default("text"),
  replyToId: Id.optional(),
  threadRootId: Id.optional(),
  metadata: Metadata.optional(),
});
export type PostMessage = z.infer<typeof PostMessage>;

/** The room's timeline, or a thread's replies. At most one of `before`, `after`, `around`; each is a seq. */
export const ListMessages = z
  .strictObject({ roomId: Id, threadRootId: Id.optional(), before: Seq.optional(), after: Seq.optional(), around: Seq.optional(), limit: PageLimit.optional() })
  .refine(({ before, after, around }) => [before, after, around].filter((seq) => seq !== undefined).length <= 1, { path: ["before"], params: { reason: "INVALID_VALUE" } });
export type ListMessages = z.infer<typeof ListMessages>;

/** Oldest first. `headSeq` is the room's newest seq in the same snapshot, so a follow from it misses nothing; `thread` is how far I have read the thread asked for. */
export const MessagePage = z.object({ items: z.array(Message), headSeq: Seq, hasBefore: z.boolean(), hasAfter: z.boolean(), thread: ThreadPosition.optional() });
export type MessagePage = z.infer<typeof MessagePage>;

export const GetMessage = z.strictObject({ messageId: Id });
export type GetMessage = z.infer<typeof GetMessage>;

export const EditMessage = z.strictObject({ messageId: Id, content: MessageContent });
export type EditMessage = z.infer<typeof EditMessage>;

export const DeleteMessage = z.strictObject({ messageId: Id });
export type DeleteMessage = z.infer<typeof DeleteMessage>;

/** `lastEventId` is what a stock tRPC client sends after a reconnect; it wins over `after`. */
export const FollowMessages = z.strictObject({ roomId: Id, after: Seq.optional(), lastEventId: z.string().regex(/^\d{1,16}$/).optional() });
export type FollowMessages = z.infer<typeof FollowMessages>;
