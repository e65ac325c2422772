import { Id, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Cursor, PageLimit } from "@tertulia/model/paging";
import { z } from "zod";

const wholeNumber = z.string().regex(/^\d{1,16}$/).transform(Number);

/** How many items a page holds, as a query says it (quality B11). */
export const Limit = wholeNumber.pipe(PageLimit).optional().meta({
  type: "integer",
  minimum: 1,
  default: limits.pageDefault,
  description: `How many items at most. Over ${limits.pageMax} it is ${limits.pageMax}.`,
});

export const NextCursor = Cursor.optional().meta({ description: "`nextCursor` of the page before, as it was answered." });

/** Yes or no, as a query says it. */
export const Flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** A message, by its id or by its seq. */
export const Place = z.string().transform((text, context): { seq: number } | { messageId: string } => {
  if (/^\d+$/.test(text)) {
    const seq = wholeNumber.pipe(Seq).safeParse(text);
    if (seq.success) return { seq: seq.data };
    context.addIssue({ code: "custom", params: { reason: "INVALID_VALUE" } });
    return z.NEVER;
  }
  const id = Id.safeParse(text);
  if (id.success) return { messageId: id.data };
  context.addIssue({ code: "custom", params: { reason: "INVALID_UUID" } });
  return z.NEVER;
});
export type Place = z.infer<typeof Place>;

export const WholeNumber = wholeNumber;
