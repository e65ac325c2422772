import { isFirstRun } from "@tertulia/core/accounts/is-first-run";
import * as limits from "@tertulia/model/limits";
import { SystemInfo } from "@tertulia/model/system";
import { z } from "zod";
import { publicProcedure, router } from "./trpc.ts";

export const systemRouter = router({
  ping: publicProcedure.output(z.object({ serverTime: z.iso.datetime() })).query(({ ctx }) => ({ serverTime: new Date(ctx.core.clock.now()).toISOString() })),
  info: publicProcedure.output(SystemInfo).query(async ({ ctx: { core, actor, version } }) => {
    const { registrationOpen, setupCode, postsPerMinute, requestsPerMinute, changesPerMinute, roomsPerHour } = core.settings;
    const firstRun = await isFirstRun(core);
    return {
      version,
      features: {
        firstRun,
        setupCode: firstRun && setupCode !== null,
        registration: firstRun || registrationOpen,
        assistants: { configured: core.answers.hasModel },
      },
      limits: { ...limits, postsPerMinute: postsPerMinute[actor?.role ?? "USER"], requestsPerMinute, changesPerMinute, roomsPerHour },
    };
  }),
});
