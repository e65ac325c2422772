import { randomInt } from "node:crypto";
import { isIP } from "node:net";
import { isLoopback } from "@tertulia/core/accounts/caller";

// No letter or digit that could be read as another one.
const ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/** What the first account must know when the server listens beyond this machine, so that no stranger becomes its administrator; else null. */
export function setupCodeFor(host: string): string | null {
  return isThisMachine(host) ? null : `${letters(4)}-${letters(4)}`;
}

const isThisMachine = (host: string) => host === "localhost" || (isIP(host) !== 0 && isLoopback(host));
const letters = (count: number) => Array.from({ length: count }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
