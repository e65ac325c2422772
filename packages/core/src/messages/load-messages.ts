import type { Tables } from "@tertulia/db/schema";
import type { RunSummary } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import { excerptOf } from "@tertulia/model/excerpt";
import { type OneReaction, reactionList } from "@tertulia/model/reaction-list";
import { type Kysely, sql } from "kysely";

/** Messages as every door shows them, in no order; filter, order and limit the query, then map its rows with `toMessage`. */
function selectMessages(db: Kysely<Tables>) {
  return db
    .selectFrom("messages as m")
    .innerJoin("users as author", "author.id", "m.author_id")
    .leftJoin("messages as quoted", "quoted.id", "m.reply_to_id")
    .leftJoin("users as quoted_author", "quoted_author.id", "quoted.author_id")
    .leftJoin("assistant_runs as run", (join) => join.onRef("run.message_id", "=", "m.id").on("run.shown", "=", true))
    .select([
      "m.id", "m.room_id", "m.seq", "m.client_id", "m.role", "m.type", "m.content", "m.metadata", "m.thread_root_id", "m.thread_count", "m.variants", "m.mentions_room",
      "m.status", "m.edited_at", "m.deleted_at", "m.created_at", "m.updated_at",
      "author.id as author_id", "author.username as author_username", "author.display_name as author_display_name",
      "author.avatar_url as author_avatar_url", "author.kind as author_kind",
      "quoted.id as quoted_id", "quoted.content as quoted_content",
      "quoted_author.id as quoted_author_id", "quoted_author.username as quoted_username", "quoted_author.display_name as quoted_display_name",
      "quoted_author.avatar_url as quoted_avatar_url", "quoted_author.kind as quoted_kind",
      "run.id as run_id", "run.status as run_status", "run.model as run_model", "run.text as run_text", "run.trigger_message_id as run_trigger_id", "run.asked_by as run_asked_by",
      "run.started_at as run_started_at", "run.ended_at as run_ended_at", "run.code as run_code", "run.retryable as run_retryable",
      "run.stopped_by as run_stopped_by", "run.input_tokens as run_input_tokens", "run.output_tokens as run_output_tokens",
    ])
    .select((eb) =>
      eb.selectFrom("mentions").whereRef("mentions.message_id", "=", "m.id").select(sql<string[]>`coalesce(array_agg(mentions.user_id), '{}')`.as("ids")).as("mentions"),
    )
    .select((eb) =>
      eb
        .selectFrom("reactions")
        .whereRef("reactions.message_id", "=", "m.id")
        .select(sql<OneReaction[] | null>`json_agg(json_build_object('emoji', emoji, 'userId', user_id, 'seq', seq))`.as("all"))
        .as("reactions"),
    );
}

/** What stands in the room itself, without the replies in threads. */
export const selectTimeline = (db: Kysely<Tables>, roomId: Id) =>
  selectMessages(db).where("m.room_id", "=", roomId).where("m.thread_root_id", "is", null);

/** A thread's replies, without its root. */
export const selectThread = (db: Kysely<Tables>, roomId: Id, rootId: Id) => selectMessages(db).where("m.room_id", "=", roomId).where("m.thread_root_id", "=", rootId);

export type MessageRow = Awaited<ReturnType<ReturnType<typeof selectMessages>["execute"]>>[number];

export async function loadMessages(db: Kysely<Tables>, ids: Id[]): Promise<Map<Id, Message>> {
  if (ids.length === 0) return new Map();
  const rows = await selectMessages(db).where("m.id", "in", ids).execute();
  return new Map(rows.map((row) => [row.id, toMessage(row)]));
}

export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    roomId: row.room_id,
    seq: row.seq,
    clientId: row.client_id,
    author: { id: row.author_id, username: row.author_username, displayName: row.author_display_name, avatarUrl: row.author_avatar_url, kind: row.author_kind },
    role: row.role,
    type: row.type,
    // While it is being written, an answer's words stand in its run.
    content: row.status === "streaming" ? (row.run_text ?? "") : row.content,
    metadata: row.metadata,
    replyTo: toQuote(row),
    threadRootId: row.thread_root_id,
    threadCount: row.thread_count,
    variants: row.variants,
    attachments: [],
    reactions: reactionList(row.reactions ?? []),
    mentions: row.mentions ?? [],
    mentionsRoom: row.mentions_room,
    status: row.status,
    run: toRunSummary(row),
    editedAt: row.edited_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function toQuote(row: MessageRow): Message["replyTo"] {
  const { quoted_id, quoted_author_id, quoted_username, quoted_display_name, quoted_kind } = row;
  if (quoted_id === null || quoted_author_id === null || quoted_username === null || quoted_display_name === null || quoted_kind === null) return null;
  return {
    id: quoted_id,
    author: { id: quoted_author_id, username: quoted_username, displayName: quoted_display_name, avatarUrl: row.quoted_avatar_url, kind: quoted_kind },
    excerpt: excerptOf(row.quoted_content ?? ""),
  };
}

function toRunSummary(row: MessageRow): RunSummary | null {
  if (row.run_id === null || row.run_status === null || row.run_trigger_id === null || row.run_asked_by === null) return null;
  return {
    id: row.run_id,
    status: row.run_status,
    model: row.run_model ?? "",
    triggerMessageId: row.run_trigger_id,
    askedBy: row.run_asked_by,
    startedAt: row.run_started_at?.toISOString() ?? null,
    endedAt: row.run_ended_at?.toISOString() ?? null,
    code: row.run_code,
    retryable: row.run_retryable ?? false,
    stoppedBy: row.run_stopped_by,
    usage: { inputTokens: row.run_input_tokens, outputTokens: row.run_output_tokens },
  };
}
