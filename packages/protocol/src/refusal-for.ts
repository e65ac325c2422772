import { randomUUID } from "node:crypto";
import type { Log } from "@tertulia/model/ports/log";
import { Refusal } from "@tertulia/model/refusals";

/** What is told of an error: always a refusal of the closed list. What nobody foresaw is logged whole, and told as no more than where it stands (protocol X4). */
export function refusalFor(cause: unknown, log: Log): Refusal {
  if (cause instanceof Refusal) return cause;
  // By its name: doors know nothing of databases.
  if (cause instanceof Error && cause.name === "DatabaseUnavailable") return new Refusal("UNAVAILABLE");
  const reference = randomUUID();
  log.error({ err: cause, reference }, "A request failed in a way nobody foresaw.");
  return new Refusal("INTERNAL", { reference });
}
