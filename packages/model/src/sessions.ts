import { z } from "zod";
import { Id, Instant } from "./ids.ts";
import { visibleText } from "./text.ts";

export const SessionKind = z.enum(["web", "api"]);
export type SessionKind = z.infer<typeof SessionKind>;

/** One place a person is signed in from, or one API token. */
export const Session = z.object({
  id: Id,
  kind: SessionKind,
  name: z.string().nullable(),
  userAgent: z.string().nullable(),
  ipAddress: z.string().nullable(),
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
  current: z.boolean(),
});
export type Session = z.infer<typeof Session>;

export const RevokeSession = z.strictObject({ id: Id });
export type RevokeSession = z.infer<typeof RevokeSession>;

export const CreateToken = z.strictObject({ name: visibleText(64), expiresAt: Instant.optional() });
export type CreateToken = z.infer<typeof CreateToken>;

export const CreatedToken = z.object({ token: z.string(), session: Session });
export type CreatedToken = z.infer<typeof CreatedToken>;
