import { addReaction } from "@tertulia/core/reactions/add-reaction";
import { removeReaction } from "@tertulia/core/reactions/remove-reaction";
import { React, Reaction } from "@tertulia/model/reactions";
import { z } from "zod";
import { router, signedInProcedure } from "./trpc.ts";

export const reactionsRouter = router({
  add: signedInProcedure.input(React).output(z.array(Reaction)).mutation(({ ctx, input }) => addReaction(ctx.core, ctx.actor, input)),
  remove: signedInProcedure.input(React).output(z.array(Reaction)).mutation(({ ctx, input }) => removeReaction(ctx.core, ctx.actor, input)),
});
