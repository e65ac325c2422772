import { getUser } from "@tertulia/core/users/get-user";
import { searchUsers } from "@tertulia/core/users/search-users";
import { GetUser, SearchUsers, User } from "@tertulia/model/users";
import { z } from "zod";
import { router, signedInProcedure } from "./trpc.ts";

export const usersRouter = router({
  search: signedInProcedure.input(SearchUsers).output(z.array(User)).query(({ ctx, input }) => searchUsers(ctx.core, ctx.actor, input)),
  get: signedInProcedure.input(GetUser).output(User).query(({ ctx, input }) => getUser(ctx.core, ctx.actor, input)),
});
