import { acceptInvite } from "@tertulia/core/invites/accept-invite";
import { createInvite } from "@tertulia/core/invites/create-invite";
import { listInvites } from "@tertulia/core/invites/list-invites";
import { revokeInvite } from "@tertulia/core/invites/revoke-invite";
import { AcceptInvite, CreatedInvite, CreateInvite, Invite, RevokeInvite } from "@tertulia/model/invites";
import { InboxEntry, RoomId } from "@tertulia/model/rooms";
import { z } from "zod";
import { router, signedInProcedure } from "./trpc.ts";

export const invitesRouter = router({
  create: signedInProcedure.input(CreateInvite).output(CreatedInvite).mutation(({ ctx, input }) => createInvite(ctx.core, ctx.actor, input)),
  accept: signedInProcedure.input(AcceptInvite).output(InboxEntry).mutation(({ ctx, input }) => acceptInvite(ctx.core, ctx.actor, input)),
  revoke: signedInProcedure.input(RevokeInvite).output(z.void()).mutation(({ ctx, input }) => revokeInvite(ctx.core, ctx.actor, input)),
  list: signedInProcedure.input(RoomId).output(z.array(Invite)).query(({ ctx, input }) => listInvites(ctx.core, ctx.actor, input)),
});
