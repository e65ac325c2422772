import type { RunSummary } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import type { JsonValue, Message } from "@tertulia/model/messages";

export interface WireMessage {
  id: Id;
  room_id: Id;
  user_id: Id;
  username: string;
  avatar_url: string | null;
  content: string;
  message_type: string;
  reply_to_message_id: Id | null;
  reply_to_username: string | null;
  is_edited: boolean;
  created_at: string;
  updated_at: string;
  metadata: Record<string, JsonValue>;
  attachments: WireAttachment[];
  seq: number;
  client_id: string | null;
  display_name: string;
  role: string;
  status: string;
  thread_root_id: Id | null;
  reply_count: number;
  reactions: WireReaction[];
  mentions: Id[];
  mentions_room: boolean;
  run: WireRun | null;
  variants: Id[];
  deleted_at: string | null;
}

interface WireAttachment {
  id: Id;
  name: string;
  media_type: string;
  size: number;
  url: string;
}

interface WireReaction {
  emoji: string;
  user_ids: Id[];
  count: number;
}

export interface WireRun {
  id: Id;
  status: string;
  model: string;
  trigger_message_id: Id;
  asked_by: Id;
  started_at: string | null;
  ended_at: string | null;
  code: string | null;
  retryable: boolean;
  stopped_by: Id | null;
  usage: { input_tokens: number | null; output_tokens: number | null };
}

export const messageOnWire = (message: Message): WireMessage => ({
  id: message.id,
  room_id: message.roomId,
  user_id: message.author.id,
  username: message.author.username,
  avatar_url: message.author.avatarUrl,
  content: message.content,
  message_type: message.type,
  reply_to_message_id: message.replyTo?.id ?? null,
  reply_to_username: message.replyTo?.author.username ?? null,
  is_edited: message.editedAt !== null,
  created_at: message.createdAt,
  updated_at: message.updatedAt,
  metadata: message.metadata,
  attachments: message.attachments.map(({ id, name, mediaType, size, url }) => ({ id, name, media_type: mediaType, size, url })),
  seq: message.seq,
  client_id: message.clientId,
  display_name: message.author.displayName,
  role: message.role,
  status: message.status,
  thread_root_id: message.threadRootId,
  reply_count: message.threadCount,
  reactions: message.reactions.map(({ emoji, userIds, count }) => ({ emoji, user_ids: userIds, count })),
  mentions: message.mentions,
  mentions_room: message.mentionsRoom,
  run: message.run && runOnWire(message.run),
  variants: message.variants,
  deleted_at: message.deletedAt,
});

const runOnWire = (run: RunSummary): WireRun => ({
  id: run.id,
  status: run.status,
  model: run.model,
  trigger_message_id: run.triggerMessageId,
  asked_by: run.askedBy,
  started_at: run.startedAt,
  ended_at: run.endedAt,
  code: run.code,
  retryable: run.retryable,
  stopped_by: run.stoppedBy,
  usage: usageOnWire(run.usage),
});

export const usageOnWire = ({ inputTokens, outputTokens }: RunSummary["usage"]): WireRun["usage"] => ({ input_tokens: inputTokens, output_tokens: outputTokens });
