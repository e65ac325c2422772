import { z } from "zod";

const NIL = "00000000-0000-0000-0000-000000000000";

/** A UUID, lower case, never the nil UUID (protocol M7). */
export const Id = z.uuid().toLowerCase().refine((id) => id !== NIL, { params: { reason: "INVALID_UUID" } });
export type Id = z.infer<typeof Id>;

/** An instant as ISO 8601 in UTC, the only way a time leaves by a door. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

/** An instant as it may come in: in UTC or with its offset from it. */
export const AnyInstant = z.iso.datetime({ offset: true });

/** The place of an event in its room's log: 1 for the first, no gaps (protocol M4). */
export const Seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export type Seq = z.infer<typeof Seq>;
