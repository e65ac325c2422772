import { z } from "zod";
import { countCodePoints, hasVisibleText } from "./visible-text.ts";

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether every database takes it: no NUL, no lone surrogates. */
export const isStorable = (text: string): boolean => !text.includes("\0") && !LONE_SURROGATE.test(text);

/** Text a person may write: no NUL, no lone surrogates, something visible, at most `max` code points (protocol M5). */
export const visibleText = (max: number) =>
  z.string().superRefine((text, context) => {
    const refuse = (reason: string, limit?: number) => context.addIssue({ code: "custom", params: { reason, limit } });
    // Length in UTF-16 units bounds the work before anything walks the string.
    if (text.length > max * 2 || countCodePoints(text) > max) refuse("STRING_TOO_LONG", max);
    else if (!isStorable(text)) refuse("INVALID_VALUE");
    else if (!hasVisibleText(text)) refuse("REQUIRED_FIELD");
  });

/** Text that may be empty, under the same bounds otherwise. */
export const optionalText = (max: number) =>
  z.string().superRefine((text, context) => {
    if (text.length > max * 2 || countCodePoints(text) > max) context.addIssue({ code: "custom", params: { reason: "STRING_TOO_LONG", limit: max } });
    else if (!isStorable(text)) context.addIssue({ code: "custom", params: { reason: "INVALID_VALUE" } });
  });
