import { z } from "zod";
import { AnyInstant, Id, Instant } from "./ids.ts";
import * as limits from "./limits.ts";

/** A way into a room for whoever holds its code. */
export const Invite = z.object({
  id: Id,
  roomId: Id,
  createdBy: Id,
  createdAt: Instant,
  expiresAt: Instant,
  /** Null: as many people as like to. */
  maxUses: z.int().nullable(),
  uses: z.int(),
});
export type Invite = z.infer<typeof Invite>;

/** The code is shown once, here; the server keeps only its SHA-256. */
export const CreatedInvite = Invite.extend({ code: z.string() });
export type CreatedInvite = z.infer<typeof CreatedInvite>;

/** Without `expiresAt` it lasts 30 days. */
export const CreateInvite = z.strictObject({ roomId: Id, maxUses: z.int().min(1).max(limits.inviteUses).optional(), expiresAt: AnyInstant.optional() });
export type CreateInvite = z.infer<typeof CreateInvite>;

/** Any code may be tried; one that no invite has is refused like one that has expired. */
export const AcceptInvite = z.strictObject({ code: z.string().min(1).max(64) });
export type AcceptInvite = z.infer<typeof AcceptInvite>;

export const RevokeInvite = z.strictObject({ id: Id });
export type RevokeInvite = z.infer<typeof RevokeInvite>;
