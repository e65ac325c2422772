import * as limits from "@tertulia/model/limits";
import { countCodePoints } from "@tertulia/model/visible-text";

/** The writer is told how many characters are left once this few are. */
export const TOLD_FROM = 500;

/** How many more characters a message may have, counted as the server counts them; negative when it is too long. */
export function countLeft(text: string): number {
  // A string is never shorter than its characters are many, so most texts need no counting.
  if (text.length <= limits.messageCodePoints - TOLD_FROM) return limits.messageCodePoints - text.length;
  return limits.messageCodePoints - countCodePoints(text);
}
