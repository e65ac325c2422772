import { randomInt } from "node:crypto";
import { isIP } from "node:net";

// No letter or digit that could be read as another one.
const ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/** What the first account must know when the server listens beyond this machine, so that no stranger becomes its administrator; else null. */
export function setupCodeFor(host: string): string | null {
  return isLoopback(host) ? null : `${letters(4)}-${letters(4)}`;
}

const isLoopback = (host: string) => host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
const letters = (count: number) => Array.from({ length: count }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
