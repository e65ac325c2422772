import { z } from "zod";
import { Instant } from "./ids.ts";
import * as limits from "./limits.ts";
import { Account, DisplayName, Locale, Username } from "./users.ts";

export const Email = z.string().max(limits.emailChars).trim().toLowerCase().pipe(z.email());
export const Password = z.string().min(limits.passwordMinChars).max(limits.passwordMaxChars);

/** `setupCode` is asked of the first account when the server listens beyond this machine. */
export const Register = z.strictObject({
  email: Email,
  username: Username,
  displayName: DisplayName.optional(),
  password: Password,
  locale: Locale.optional(),
  setupCode: z.string().max(64).optional(),
});
export type Register = z.infer<typeof Register>;

/** No database takes a NUL, so nobody is called by one. */
const Login = z.string().min(1).max(limits.emailChars).regex(/^[^\0]*$/);
export const SignIn = z.strictObject({ login: Login, password: z.string().min(1).max(limits.passwordMaxChars) });
export type SignIn = z.infer<typeof SignIn>;

/** The token is shown once, here; the server keeps only its SHA-256. */
export const SignedIn = z.object({ token: z.string(), expiresAt: Instant, user: Account });
export type SignedIn = z.infer<typeof SignedIn>;

export const UpdateAccount = z.strictObject({ displayName: DisplayName.optional(), locale: Locale.optional() });
export type UpdateAccount = z.infer<typeof UpdateAccount>;

export const ChangePassword = z.strictObject({ current: z.string().min(1).max(limits.passwordMaxChars), next: Password });
export type ChangePassword = z.infer<typeof ChangePassword>;
