import { getPresence } from "@tertulia/core/presence/get-presence";
import { setPresence } from "@tertulia/core/presence/set-presence";
import { GetPresence, Presence, SetPresence } from "@tertulia/model/presence";
import { z } from "zod";
import { fadingStream } from "./feed-stream.ts";
import { followPresence } from "./follow-specs.ts";
import { router, signedInProcedure } from "./trpc.ts";

export const presenceRouter = router({
  get: signedInProcedure.input(GetPresence).output(z.array(Presence)).query(({ ctx, input }) => getPresence(ctx.core, ctx.actor, input)),
  set: signedInProcedure.input(SetPresence).output(z.void()).mutation(({ ctx, input }) => setPresence(ctx.core, ctx.actor, input, ctx.connectionId)),
  follow: signedInProcedure.input(followPresence.input).subscription(({ ctx, input }) => fadingStream(ctx, "presence", followPresence.spec(input))),
});
