import { Id } from "@tertulia/model/ids";
import { Reaction as CoreReaction } from "@tertulia/model/reactions";
import { z } from "zod";

/** Who put one emoji under a message. */
export const ReactionGroup = CoreReaction.pick({ emoji: true, userIds: true, count: true })
  .extend({ emoji: z.string().meta({ example: "👍" }), userIds: z.array(Id).meta({ description: "Whoever reacted with it, in the order they did." }) })
  .meta({ id: "ReactionGroup" });
