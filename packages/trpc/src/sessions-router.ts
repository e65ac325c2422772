import { createToken } from "@tertulia/core/sessions/create-token";
import { listSessions } from "@tertulia/core/sessions/list-sessions";
import { revokeOtherSessions } from "@tertulia/core/sessions/revoke-other-sessions";
import { revokeSession } from "@tertulia/core/sessions/revoke-session";
import { CreatedToken, CreateToken, RevokeSession, Session } from "@tertulia/model/sessions";
import { z } from "zod";
import { router, signedInProcedure } from "./trpc.ts";

export const sessionsRouter = router({
  list: signedInProcedure.output(z.array(Session)).query(({ ctx }) => listSessions(ctx.core, ctx.actor)),
  revoke: signedInProcedure.input(RevokeSession).output(z.void()).mutation(({ ctx, input }) => revokeSession(ctx.core, ctx.actor, input)),
  revokeOthers: signedInProcedure.output(z.void()).mutation(({ ctx }) => revokeOtherSessions(ctx.core, ctx.actor)),
  createToken: signedInProcedure.input(CreateToken).output(CreatedToken).mutation(({ ctx, input }) => createToken(ctx.core, ctx.actor, input)),
});
