import { v7 as newId } from "uuid";
import type { Core } from "../core.ts";

/** Tells those connected to this node, and no other, that it is about to stop; they come back by themselves (protocol S2). */
export function tellRestart({ notices, clock }: Pick<Core, "notices" | "clock">): void {
  const at = new Date(clock.now()).toISOString();
  notices.tell([{ id: newId(), kind: "restart", text: "The server restarts and will be back in a moment.", severity: "info", at, scheduledAt: null, durationMinutes: null }]);
}
