import { Id } from "@tertulia/model/ids";
import { Emoji as CoreEmoji, Reaction as CoreReaction } from "@tertulia/model/reactions";
import { z } from "zod";

const Emoji = CoreEmoji.meta({ type: "string", description: "One emoji, as Unicode recommends it for interchange.", example: "👍" });

/** Who put one emoji under a message. */
export const ReactionGroup = CoreReaction.pick({ count: true })
  .extend({ emoji: z.string().meta({ example: "👍" }), userIds: z.array(Id).meta({ description: "Whoever reacted with it, in the order they did." }) })
  .meta({ id: "ReactionGroup" });

export const Reaction = z
  .object({ messageId: Id, userId: Id, emoji: z.string().meta({ description: "As it was stored: ❤ becomes ❤️.", example: "👍" }) })
  .meta({ id: "Reaction" });

export const NewReaction = z.strictObject({ emoji: Emoji }).meta({ id: "NewReaction" });

export const ReactionPath = z.strictObject({ messageId: Id, emoji: Emoji });
