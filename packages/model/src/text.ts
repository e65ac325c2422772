import { z } from "zod";

export { excerptOf } from "./excerpt.ts";

// Spaces, controls, format characters and the fillers that take part in a word but draw nothing.
const INVISIBLE = /[\ufe00-\ufe0f\s\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu;
const LONE_SURROGATE = /\p{Surrogate}/u;

export const hasVisibleText = (text: string): boolean => text.replace(INVISIBLE, "") !== "";
export const countCodePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** Text a person may write: no NUL, no lone surrogates, something visible, at most `max` code points (protocol M5). */
export const visibleText = (max: number) =>
  z.string().superRefine((text, context) => {
    const refuse = (reason: string, limit?: number) => context.addIssue({ code: "custom", params: { reason, limit } });
    // Length in UTF-16 units bounds the work before anything walks the string.
    if (text.length > max * 2 || countCodePoints(text) > max) refuse("STRING_TOO_LONG", max);
    else if (text.includes("\0") || LONE_SURROGATE.test(text)) refuse("INVALID_VALUE");
    else if (!hasVisibleText(text)) refuse("REQUIRED_FIELD");
  });

/** Text that may be empty, under the same bounds otherwise. */
export const optionalText = (max: number) =>
  z.string().superRefine((text, context) => {
    if (text.length > max * 2 || countCodePoints(text) > max) context.addIssue({ code: "custom", params: { reason: "STRING_TOO_LONG", limit: max } });
    else if (text.includes("\0") || LONE_SURROGATE.test(text)) context.addIssue({ code: "custom", params: { reason: "INVALID_VALUE" } });
  });
