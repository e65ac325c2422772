import * as limits from "@tertulia/model/limits";

/**
 * A user name made from the name someone gave, so that nobody is asked for two: NFKC, lower case, a dot for every run
 * of anything a user name can't hold. `attempt` 2 and up put a number after it, for a name that is already taken.
 */
export function usernameFromName(name: string, attempt = 1): string {
  const suffix = attempt > 1 ? String(attempt) : "";
  const whole = name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_-]+/gu, ".")
    .replace(/^[^\p{L}\p{N}]+|\.+$/gu, "");
  const base = whole || "guest";
  const cut = cutTo(base, limits.usernameChars - suffix.length) + suffix;
  // One character alone is too short for a user name (a Chinese name may well be one).
  return cut.length < MIN_CHARS ? `${cut}1` : cut;
}

const MIN_CHARS = 2;

/** Cuts between whole code points and leaves no dot at the end. */
function cutTo(text: string, units: number): string {
  let kept = "";
  for (const point of text) {
    if (kept.length + point.length > units) break;
    kept += point;
  }
  return kept.replace(/\.+$/u, "");
}
