// Spaces, controls, format characters and the fillers that take part in a word but draw nothing.
const INVISIBLE = /[\ufe00-\ufe0f\s\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu;

/** Whether anything of it can be seen. */
export const hasVisibleText = (text: string): boolean => text.replace(INVISIBLE, "") !== "";

/** How long a text is by the measure of `limits.messageCodePoints`. */
export const countCodePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};
