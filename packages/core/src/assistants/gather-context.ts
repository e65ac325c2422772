import type { Tables } from "@tertulia/db/schema";
import type { Id, Seq } from "@tertulia/model/ids";
import type { AnswerRequest, Turn } from "@tertulia/model/ports/answer-source";
import type { Kysely } from "kysely";
import type { StartedRun } from "./start-next-run.ts";

const MESSAGES = 30;
const CHARACTERS = 24_000;

/**
 * What the assistant is told: the newest messages of the room up to the question, oldest first, the question last. Answers stand
 * behind the questions they answer, not where they were written, so that a question which waited its turn isn't taken for answered.
 * Only what is in the room now: nothing deleted, off the record, still being written, or from another room.
 */
export async function gatherContext(db: Kysely<Tables>, run: StartedRun): Promise<AnswerRequest> {
  const spoken = (await newestBefore(db, run)).toSorted((a, b) => a.place - b.place || a.seq - b.seq);
  const turns = withinBudget(spoken).map((said) => toTurn(said, run.assistantId));
  return { model: run.model, instructions: run.instructions, temperature: run.temperature, turns };
}

interface Said {
  seq: Seq;
  /** The seq behind which it belongs: its own, or that of the question it answers. */
  place: Seq;
  authorId: Id;
  author: string;
  content: string;
}

async function newestBefore(db: Kysely<Tables>, { roomId, trigger }: StartedRun): Promise<Said[]> {
  const rows = await db
    .selectFrom("messages")
    .innerJoin("users", "users.id", "messages.author_id")
    .leftJoin("assistant_runs as run", (join) => join.onRef("run.message_id", "=", "messages.id").on("run.shown", "=", true))
    .leftJoin("messages as asked", "asked.id", "run.trigger_message_id")
    .select(["messages.seq", "asked.seq as asked_seq", "messages.author_id", "users.display_name", "messages.content"])
    .where("messages.room_id", "=", roomId)
    .where("messages.deleted_at", "is", null)
    .where("messages.off_record", "=", false)
    .where("messages.status", "<>", "streaming")
    .where("messages.role", "in", ["user", "assistant"])
    .where("messages.content", "<>", "")
    // Up to the question; of what came later only answers to earlier questions. An earlier answer to this one would be repeated.
    .where((eb) =>
      eb.or([
        eb.and([eb("messages.seq", "<=", trigger.seq), eb("asked.seq", "is", null)]),
        eb("asked.seq", "<", trigger.seq),
      ]),
    )
    .orderBy("messages.seq", "desc")
    .limit(MESSAGES)
    .execute();
  return rows.map((row) => ({ seq: row.seq, place: row.asked_seq ?? row.seq, authorId: row.author_id, author: row.display_name, content: row.content }));
}

/** The newest that fit; the question itself always does. */
function withinBudget(spoken: Said[]): Said[] {
  let left = CHARACTERS;
  const from = spoken.findLastIndex(({ content }, index) => {
    left -= content.length;
    return left < 0 && index < spoken.length - 1;
  });
  return spoken.slice(from + 1);
}

const toTurn = ({ authorId, author, content }: Said, assistantId: Id): Turn =>
  authorId === assistantId ? { by: "assistant", text: content } : { by: "person", name: author, text: content };
