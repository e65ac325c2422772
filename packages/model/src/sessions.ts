import { z } from "zod";
import { AnyInstant, Id, Instant } from "./ids.ts";
import * as limits from "./limits.ts";
import { visibleText } from "./text.ts";

export const SessionKind = z.enum(["web", "api"]);
export type SessionKind = z.infer<typeof SessionKind>;

/** One place a person is signed in from, or one API token: those are of kind `api` and alone have a name. */
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

/** Without `expiresAt` it is good for a year. */
export const CreateToken = z.strictObject({ name: visibleText(limits.tokenNameChars), expiresAt: AnyInstant.optional() });
export type CreateToken = z.infer<typeof CreateToken>;

/** The token is shown once, here; the server keeps only its SHA-256. */
export const CreatedToken = z.object({ token: z.string(), session: Session });
export type CreatedToken = z.infer<typeof CreatedToken>;
