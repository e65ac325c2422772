import { z } from "zod";
import { Id, Instant, Seq } from "./ids.ts";

export const MarkRead = z.strictObject({ roomId: Id, seq: Seq });
export type MarkRead = z.infer<typeof MarkRead>;

/** How far someone has read, and since when. */
export const ReadPosition = z.object({ userId: Id, seq: Seq, at: Instant.nullable() });
export type ReadPosition = z.infer<typeof ReadPosition>;

/** What reading left unread for me, counted up to `headSeq`: what comes after it is counted on top. */
export const MyPosition = z.object({ roomId: Id, unread: z.int(), mentions: z.int(), lastReadSeq: Seq, headSeq: Seq });
export type MyPosition = z.infer<typeof MyPosition>;
