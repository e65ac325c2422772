const MARK = 0x7e;
const DIGITS = 9;
const ZERO = 0x30;

/** Hundredths of a millisecond since this process began. */
export const stampNow = (): number => Math.floor(performance.now() * 100);

/** What a post of the benchmark says: when it was sent, behind a mark that no other text on the wire has, and some words. */
export const stampedContent = (): string => `~${String(stampNow()).padStart(DIGITS, "0")} Shall we meet at the tea house at five? I'll bring the biscuits.`;

/**
 * Calls `found` with the stamp of every message in a chunk of the stream, whatever frames it is cut into.
 * Answers how many bytes at the end may be the beginning of a stamp that goes on in the next chunk.
 */
export function findStamps(bytes: Buffer, found: (stamp: number) => void): number {
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    if (at + DIGITS >= bytes.length) return bytes.length - at;
    const stamp = digitsAt(bytes, at + 1);
    if (stamp !== null) found(stamp);
  }
  return 0;
}

/** Null where something else follows the mark: it may stand in a frame's header, as part of a length. */
function digitsAt(bytes: Buffer, start: number): number | null {
  let number = 0;
  for (let at = start; at < start + DIGITS; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return null;
    number = number * 10 + digit;
  }
  return number;
}
