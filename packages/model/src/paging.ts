import { z } from "zod";
import * as limits from "./limits.ts";

/** How many items a page holds: 1 or more; over the most it is the most (quality B11). */
export const PageLimit = z.int().min(1).transform((limit) => Math.min(limit, limits.pageMax));

/** An opaque place to go on from, as an earlier answer gave it. */
export const Cursor = z.string().min(1).max(200);
