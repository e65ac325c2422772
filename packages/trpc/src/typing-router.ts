import { startTyping } from "@tertulia/core/typing/start-typing";
import { stopTyping } from "@tertulia/core/typing/stop-typing";
import { RoomId } from "@tertulia/model/rooms";
import { z } from "zod";
import { fadingStream } from "./feed-stream.ts";
import { followTyping } from "./follow-specs.ts";
import { router, signedInProcedure } from "./trpc.ts";

export const typingRouter = router({
  start: signedInProcedure.input(RoomId).output(z.void()).mutation(({ ctx, input }) => startTyping(ctx.core, ctx.actor, input)),
  stop: signedInProcedure.input(RoomId).output(z.void()).mutation(({ ctx, input }) => stopTyping(ctx.core, ctx.actor, input)),
  follow: signedInProcedure.input(followTyping.input).subscription(({ ctx, input }) => fadingStream(ctx, "typing", followTyping.spec(input))),
});
