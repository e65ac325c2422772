import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { initTRPC } from "@trpc/server";
import type { Context } from "./context.ts";
import { tellError } from "./tell-error.ts";

const trpc = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ error, input, path, ctx }) => tellError({ error, input, path, ctx }),
  // As on a socket: whoever is gone without a word is found out by what is written to them, and whoever hears nothing comes back.
  sse: { ping: { enabled: true, intervalMs: limits.socketPingMs }, client: { reconnectAfterInactivityMs: limits.socketSilenceMs } },
});

export const { router } = trpc;

/** Open to anyone. */
export const publicProcedure = trpc.procedure;

interface SignedIn {
  actor: Actor;
  /** Of a follow alone: aborted when nobody listens to it any more. */
  signal?: AbortSignal | undefined;
  /** Of a follow alone: what `takeSeat` answered. */
  breakOff?: (() => void) | undefined;
}

/** Open to whoever is signed in. Who may do what is core's to say. @throws UNAUTHENTICATED; RATE_LIMITED of too many follows at once */
export const signedInProcedure = trpc.procedure.use(({ ctx, next, type, signal }) => {
  const { actor } = ctx;
  if (!actor) throw new Refusal("UNAUTHENTICATED");
  if (type === "subscription") return next<SignedIn>({ ctx: { actor, signal, breakOff: ctx.takeSeat() } });
  // The same context, known to have an actor: giving it anew would copy it for every call.
  return next<SignedIn>({});
});
