import { getDraft } from "@tertulia/core/drafts/get-draft";
import { setDraft } from "@tertulia/core/drafts/set-draft";
import { Draft, SetDraft } from "@tertulia/model/drafts";
import { RoomId } from "@tertulia/model/rooms";
import { router, signedInProcedure } from "./trpc.ts";

export const draftsRouter = router({
  set: signedInProcedure.input(SetDraft).output(Draft).mutation(({ ctx, input }) => setDraft(ctx.core, ctx.actor, input)),
  get: signedInProcedure.input(RoomId).output(Draft).query(({ ctx, input }) => getDraft(ctx.core, ctx.actor, input)),
});
