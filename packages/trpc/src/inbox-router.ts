import { getInbox } from "@tertulia/core/inbox/get-inbox";
import { RoomPage } from "@tertulia/model/rooms";
import { fadingStream } from "./feed-stream.ts";
import { followInbox } from "./follow-specs.ts";
import { router, signedInProcedure } from "./trpc.ts";

export const inboxRouter = router({
  get: signedInProcedure.output(RoomPage).query(({ ctx }) => getInbox(ctx.core, ctx.actor)),
  follow: signedInProcedure.subscription(({ ctx }) => fadingStream(ctx, "inbox", followInbox.spec(undefined))),
});
