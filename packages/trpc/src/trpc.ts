import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import { initTRPC } from "@trpc/server";
import type { Context } from "./context.ts";
import { tellError } from "./tell-error.ts";

const trpc = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ error, input, path, ctx }) => tellError({ error, input, path, ctx }),
});

export const { router } = trpc;

/** Open to anyone. */
export const publicProcedure = trpc.procedure;

/** Open to whoever is signed in. Who may do what is core's to say. @throws UNAUTHENTICATED; RATE_LIMITED of too many follows at once */
export const signedInProcedure = trpc.procedure.use(({ ctx, next, type }) => {
  if (!ctx.actor) throw new Refusal("UNAUTHENTICATED");
  if (type === "subscription") ctx.takeSeat();
  // The same context, known to have an actor: giving it anew would copy it for every call.
  return next<{ actor: Actor }>({});
});
