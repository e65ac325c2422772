import type { RunStatus } from "@tertulia/model/assistants";
import type { MessageStatus } from "@tertulia/model/messages";

/** How an answer shows that its run has ended. */
export const messageStatusOf = {
  completed: "sent",
  stopped: "stopped",
  failed: "failed",
  interrupted: "interrupted",
} satisfies Record<Exclude<RunStatus, "queued" | "running">, MessageStatus>;
