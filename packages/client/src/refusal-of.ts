import type { RefusalShape } from "@tertulia/model/refusals";

/** The refusal inside an error of a call, or null where the server didn't answer at all. */
export function refusalOf(error: unknown): RefusalShape | null {
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("refusal" in data)) return null;
  return isRefusal(data.refusal) ? data.refusal : null;
}

/** Whether something isn't there for me, or not any more; any other refusal is about the asking. */
export const isOutOfReach = ({ code }: RefusalShape): boolean => /NOT_FOUND|DENIED/.test(code);

export function isRefusal(value: unknown): value is RefusalShape {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && "details" in value && "requestId" in value;
}
