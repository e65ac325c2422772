import { z } from "zod";
import { Id, Instant, Seq } from "./ids.ts";
import { Message } from "./messages.ts";

/** The message to be pinned, or no longer. */
export const PinMessage = z.strictObject({ messageId: Id });
export type PinMessage = z.infer<typeof PinMessage>;

/** A message that its room wants to keep at hand. */
export const Pin = z.object({ message: Message, pinnedBy: Id, pinnedAt: Instant });
export type Pin = z.infer<typeof Pin>;

/** All pins of a room, the newest first, and the room's newest seq in the same snapshot. */
export const PinList = z.object({ items: z.array(Pin), headSeq: Seq });
export type PinList = z.infer<typeof PinList>;
