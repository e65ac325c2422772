import { changePassword } from "@tertulia/core/accounts/change-password";
import { getAccount } from "@tertulia/core/accounts/get-account";
import { registerAccount } from "@tertulia/core/accounts/register-account";
import { signIn } from "@tertulia/core/accounts/sign-in";
import { signOut } from "@tertulia/core/accounts/sign-out";
import { updateAccount } from "@tertulia/core/accounts/update-account";
import { ChangePassword, Register, SignedIn, SignIn, UpdateAccount } from "@tertulia/model/accounts";
import { Account } from "@tertulia/model/users";
import { z } from "zod";
import { publicProcedure, router, signedInProcedure } from "./trpc.ts";

export const accountRouter = router({
  register: publicProcedure.input(Register).output(SignedIn).mutation(({ ctx, input }) => registerAccount(ctx.core, input, ctx.from)),
  signIn: publicProcedure.input(SignIn).output(SignedIn).mutation(({ ctx, input }) => signIn(ctx.core, input, ctx.from)),
  signOut: signedInProcedure.output(z.void()).mutation(({ ctx }) => signOut(ctx.core, ctx.actor)),
  me: signedInProcedure.output(Account).query(({ ctx }) => getAccount(ctx.core, ctx.actor)),
  update: signedInProcedure.input(UpdateAccount).output(Account).mutation(({ ctx, input }) => updateAccount(ctx.core, ctx.actor, input)),
  changePassword: signedInProcedure.input(ChangePassword).output(z.void()).mutation(({ ctx, input }) => changePassword(ctx.core, ctx.actor, input)),
});
