import { isFirstRun } from "@tertulia/core/accounts/is-first-run";
import { limits } from "@tertulia/model/limits";
import { z } from "zod";
import { publicProcedure, router } from "./trpc.ts";

const Info = z.object({
  version: z.string(),
  features: z.object({
    /** Nobody has an account yet: whoever makes the first becomes ADMIN. */
    firstRun: z.boolean(),
    /** Making the first account needs the code that the server printed when it started. */
    setupCode: z.boolean(),
    /** People may make accounts themselves. */
    registration: z.boolean(),
    /** A model answers, not only the built-in guide. */
    assistants: z.object({ configured: z.boolean() }),
  }),
  limits: z.record(z.string(), z.number()),
});

export const systemRouter = router({
  ping: publicProcedure.output(z.object({ serverTime: z.iso.datetime() })).query(({ ctx }) => ({ serverTime: new Date(ctx.core.clock.now()).toISOString() })),
  info: publicProcedure.output(Info).query(async ({ ctx: { core, version } }) => {
    const { registrationOpen, setupCode, postsPerMinute } = core.settings;
    const [firstRun, models] = await Promise.all([isFirstRun(core), core.answers.models()]);
    return {
      version,
      features: {
        firstRun,
        setupCode: firstRun && setupCode !== null,
        registration: firstRun || registrationOpen,
        assistants: { configured: models.some(({ id }) => id !== GUIDE) },
      },
      limits: { ...limits, postsPerMinute },
    };
  }),
});

/** The model that needs no server. */
const GUIDE = "guide";
