import { prepared } from "@tertulia/db/prepared";
import type { Tables } from "@tertulia/db/schema";
import type { Id, Seq } from "@tertulia/model/ids";
import type { JsonValue, PostableType } from "@tertulia/model/messages";
import type { Kysely } from "kysely";

/** One post as the batch stores it: decided, numbered by nobody yet. */
export interface PendingPost {
  roomId: Id;
  authorId: Id;
  clientId: string;
  clientHash: string;
  messageId: Id;
  type: PostableType;
  content: string;
  metadata: { [key: string]: JsonValue };
  replyToId: Id | null;
  threadRootId: Id | null;
  accessVersion: number;
  mentions: Id[];
  mentionsRoom: boolean;
  runs: { id: Id; assistantId: Id }[];
}

/** `threadCount` is how many replies its thread has with it; null of a post in no thread. */
export type PostOutcome =
  | { outcome: "fresh" | "known"; messageId: Id; seq: Seq; postedAt: Date; threadCount: number | null }
  | { outcome: "conflict" | "stale" | "rootless" | "gone" };

/** What the function post_messages answers: a list per column, in the order of the posts. A list that no post needs is null. */
interface Answer {
  posted_at: Date;
  outcomes: (PostOutcome["outcome"] | "busy")[];
  seqs: (Seq | null)[] | null;
  thread_counts: (number | null)[] | null;
  known_ids: (Id | null)[] | null;
  known_at: (Date | null)[] | null;
}

// The casts name the function's parameters by type, in their order: see its migration.
const POST_MESSAGES = prepared(
  "post_messages",
  `select * from post_messages($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::jsonb[],
    $11::uuid[], $12::uuid[], $13::boolean[], $14::bigint[], $15::integer[], $16::uuid[], $17::integer[], $18::uuid[], $19::uuid[], $20::boolean)`,
);

/**
 * Stores the posts in one transaction and answers what became of each, in their order. No two of them have the same room, author and clientId.
 * Without waiting, those whose room someone else holds are `busy`. Fails as a whole if one of them can't be stored.
 */
export async function storePosts(db: Kysely<Tables>, posts: PendingPost[], waits: boolean): Promise<(PostOutcome | "busy")[]> {
  const rooms = [...new Set(posts.map(({ roomId }) => roomId))].toSorted();
  const placeOf = new Map(rooms.map((roomId, index) => [roomId, index + 1]));
  const mentioned = posts.flatMap(({ mentions }, index) => mentions.map((userId) => ({ in: index + 1, userId })));
  const asked = posts.flatMap(({ runs }, index) => runs.map((run) => ({ in: index + 1, ...run })));
  const { rows } = await db.executeQuery<Answer>(
    POST_MESSAGES([
      rooms,
      posts.map(({ roomId }) => placeOf.get(roomId)),
      posts.map(({ roomId }) => roomId),
      posts.map(({ authorId }) => authorId),
      posts.map(({ clientId }) => clientId),
      posts.map(({ clientHash }) => clientHash),
      posts.map(({ messageId }) => messageId),
      posts.map(({ type }) => type),
      posts.map(({ content }) => content),
      posts.map(({ metadata }) => metadata),
      posts.map(({ replyToId }) => replyToId),
      posts.map(({ threadRootId }) => threadRootId),
      posts.map(({ mentionsRoom }) => mentionsRoom),
      posts.map(({ accessVersion }) => accessVersion),
      mentioned.map((mention) => mention.in),
      mentioned.map(({ userId }) => userId),
      asked.map((run) => run.in),
      asked.map(({ id }) => id),
      asked.map(({ assistantId }) => assistantId),
      waits,
    ]),
  );
  const [answer] = rows;
  if (!answer) throw new Error("post_messages answered nothing");
  return posts.map(({ messageId }, index) => outcomeOf(answer, index, messageId));
}

function outcomeOf({ posted_at, outcomes, seqs, thread_counts, known_ids, known_at }: Answer, index: number, messageId: Id): PostOutcome | "busy" {
  const outcome = outcomes[index];
  const seq = seqs?.[index] ?? null;
  if (outcome === "busy") return outcome;
  if (outcome === "fresh" && seq !== null) return { outcome, messageId, seq, postedAt: posted_at, threadCount: thread_counts?.[index] ?? null };
  const [knownId, knownAt] = [known_ids?.[index] ?? null, known_at?.[index] ?? null];
  if (outcome === "known" && seq !== null && knownId !== null && knownAt !== null) return { outcome, messageId: knownId, seq, postedAt: knownAt, threadCount: null };
  if (outcome === undefined || outcome === "fresh" || outcome === "known") throw new Error(`post_messages answered ${outcome} without its message`);
  return { outcome };
}
