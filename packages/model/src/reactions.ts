import { z } from "zod";
import { Id, Seq } from "./ids.ts";

const ONE_EMOJI = /^\p{RGI_Emoji}$/v;
const EMOJI_STYLE = "\ufe0f";
/** The longest there are have some 15 UTF-16 units; what is longer isn't even looked at. */
const EMOJI_UNITS = 32;

/**
 * One emoji as Unicode recommends it for interchange: with its skin tones, joined people, flags and keycaps. One that lacks
 * its emoji style, as some keyboards send it, gets it: ❤ and ❤️ are the same reaction.
 */
export const Emoji = z.string().transform((text, context) => {
  if (text.length <= EMOJI_UNITS) {
    if (ONE_EMOJI.test(text)) return text;
    if (ONE_EMOJI.test(text + EMOJI_STYLE)) return text + EMOJI_STYLE;
  }
  context.addIssue({ code: "custom", params: { reason: text === "" ? "REQUIRED_FIELD" : "INVALID_ENUM_VALUE" } });
  return z.NEVER;
});

/** Who reacted with one emoji, in the order they did; `seqs` are those of the events that told of each. */
export const Reaction = z.object({ emoji: z.string(), userIds: z.array(Id), seqs: z.array(Seq), count: z.int() });
export type Reaction = z.infer<typeof Reaction>;

/** My emoji under a message, to be put there or taken back. */
export const React = z.strictObject({ messageId: Id, emoji: Emoji });
export type React = z.infer<typeof React>;
