import { limits } from "@tertulia/model/limits";

/** The writer is told how many characters are left once this few are. */
export const TOLD_FROM = 500;

/** How many more characters a message may have, counted as the server counts them; negative when it is too long. */
export function countLeft(text: string): number {
  // A string is never shorter than its characters are many, so most texts need no counting.
  if (text.length <= limits.messageCodePoints - TOLD_FROM) return limits.messageCodePoints - text.length;
  let characters = 0;
  for (const _ of text) characters++;
  return limits.messageCodePoints - characters;
}
