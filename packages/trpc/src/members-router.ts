import { addMember } from "@tertulia/core/members/add-member";
import { listMembers } from "@tertulia/core/members/list-members";
import { removeMember } from "@tertulia/core/members/remove-member";
import { setRole } from "@tertulia/core/members/set-role";
import { AddMember, ListMembers, Member, MemberPage, RemoveMember, SetRole } from "@tertulia/model/members";
import { z } from "zod";
import { router, signedInProcedure } from "./trpc.ts";

export const membersRouter = router({
  list: signedInProcedure.input(ListMembers).output(MemberPage).query(({ ctx, input }) => listMembers(ctx.core, ctx.actor, input)),
  add: signedInProcedure.input(AddMember).output(Member).mutation(({ ctx, input }) => addMember(ctx.core, ctx.actor, input)),
  remove: signedInProcedure.input(RemoveMember).output(z.void()).mutation(({ ctx, input }) => removeMember(ctx.core, ctx.actor, input)),
  setRole: signedInProcedure.input(SetRole).output(Member).mutation(({ ctx, input }) => setRole(ctx.core, ctx.actor, input)),
});
