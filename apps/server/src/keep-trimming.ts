import type { Core } from "@tertulia/core/core";
import { trimEvents } from "@tertulia/core/feed/trim-events";
import { forgetOldKeys } from "@tertulia/core/idempotency/forget-old-keys";

const HOUR_MS = 60 * 60 * 1_000;

/** Once an hour drops what nobody can resume from any more, and what counts no longer. The answer stops it, after what is going on. */
export function keepTrimming(core: Core): () => Promise<void> {
  let trimming: Promise<void> = Promise.resolve();
  let cancel = later();

  function later(): () => void {
    return core.clock.after(HOUR_MS, () => {
      trimming = trim();
    });
  }

  async function trim(): Promise<void> {
    try {
      const events = await trimEvents(core);
      if (events > 0) core.log.info({ events }, "Events that nobody can resume from any more are gone.");
      await forgetOldKeys(core);
    } catch (error) {
      core.log.warn({ err: error }, "Old events or keys could not be dropped; the next hour tries again.");
    }
    cancel = later();
  }

  return async () => {
    cancel();
    await trimming;
    cancel();
  };
}
