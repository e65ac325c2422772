import { announce } from "@tertulia/core/notices/announce";
import { Announce, Notice } from "@tertulia/model/notices";
import { fadingStream } from "./feed-stream.ts";
import { followNotices } from "./follow-specs.ts";
import { router, signedInProcedure } from "./trpc.ts";

export const noticesRouter = router({
  announce: signedInProcedure.input(Announce).output(Notice).mutation(({ ctx, input }) => announce(ctx.core, ctx.actor, input)),
  follow: signedInProcedure.subscription(({ ctx }) => fadingStream(ctx, "notices", followNotices.spec(undefined))),
});
