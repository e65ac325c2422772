import { z } from "zod";
import { Id, Instant, Seq } from "./ids.ts";

/** How far I have read the room, or the thread if one is named. */
export const MarkRead = z.strictObject({ roomId: Id, threadRootId: Id.optional(), seq: Seq });
export type MarkRead = z.infer<typeof MarkRead>;

/** How far someone has read, and since when. */
export const ReadPosition = z.object({ userId: Id, seq: Seq, at: Instant.nullable() });
export type ReadPosition = z.infer<typeof ReadPosition>;

/** How far I have read a thread, and how many replies of others are left, counted up to 100. Of a thread I am not in, nothing is unread. */
export const ThreadPosition = z.object({ rootId: Id, unread: z.int(), lastReadSeq: Seq });
export type ThreadPosition = z.infer<typeof ThreadPosition>;

/**
 * What is left unread for me in a room, counted up to `headSeq`: what comes after it is counted on top. `mentions` has those of its threads in it,
 * which reading the thread takes away. `thread` is there where a thread was marked.
 */
export const MyPosition = z.object({ roomId: Id, unread: z.int(), mentions: z.int(), lastReadSeq: Seq, headSeq: Seq, thread: ThreadPosition.optional() });
export type MyPosition = z.infer<typeof MyPosition>;
