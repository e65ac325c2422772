import { z } from "zod";

/** What a client may know of this server before anyone signs in. */
export const SystemInfo = z.object({
  version: z.string(),
  features: z.object({
    /** There is no account yet: the next one becomes the administrator. */
    firstRun: z.boolean(),
    /** That first account needs the code which the server printed when it started. */
    setupCode: z.boolean(),
    /** Anyone may make an account. */
    registration: z.boolean(),
    /** A model answers, not only the built-in guide. */
    assistants: z.object({ configured: z.boolean() }),
  }),
  limits: z.record(z.string(), z.number()),
});
export type SystemInfo = z.infer<typeof SystemInfo>;
