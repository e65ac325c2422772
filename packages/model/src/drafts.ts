import { z } from "zod";
import { Id, Instant } from "./ids.ts";
import * as limits from "./limits.ts";
import { optionalText } from "./text.ts";

/** Empty clears it. */
export const SetDraft = z.strictObject({ roomId: Id, content: optionalText(limits.messageCodePoints) });
export type SetDraft = z.infer<typeof SetDraft>;

/** What I have begun to write in a room, on any of my devices; empty and without a time if nothing. */
export const Draft = z.object({ roomId: Id, content: z.string(), updatedAt: Instant.nullable() });
export type Draft = z.infer<typeof Draft>;
