import { listReads } from "@tertulia/core/reads/list-reads";
import { markRead } from "@tertulia/core/reads/mark-read";
import { MarkRead, MyPosition, ReadPosition } from "@tertulia/model/reads";
import { RoomId } from "@tertulia/model/rooms";
import { z } from "zod";
import { fadingStream } from "./feed-stream.ts";
import { followReads } from "./follow-specs.ts";
import { router, signedInProcedure } from "./trpc.ts";

export const readsRouter = router({
  mark: signedInProcedure.input(MarkRead).output(MyPosition).mutation(({ ctx, input }) => markRead(ctx.core, ctx.actor, input)),
  list: signedInProcedure.input(RoomId).output(z.array(ReadPosition)).query(({ ctx, input }) => listReads(ctx.core, ctx.actor, input)),
  follow: signedInProcedure.input(followReads.input).subscription(({ ctx, input }) => fadingStream(ctx, "reads", followReads.spec(input))),
});
