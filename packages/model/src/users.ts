import { z } from "zod";
import { Id, Instant } from "./ids.ts";
import * as limits from "./limits.ts";
import { visibleText } from "./text.ts";

export const UserKind = z.enum(["human", "assistant", "system"]);
export type UserKind = z.infer<typeof UserKind>;

export const GlobalRole = z.enum(["USER", "MODERATOR", "ADMIN"]);
export type GlobalRole = z.infer<typeof GlobalRole>;

export const Locale = z.enum(["en", "zh-CN"]);
export type Locale = z.infer<typeof Locale>;

/** What anyone may know of a user. */
export const User = z.object({
  id: Id,
  username: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
  kind: UserKind,
});
export type User = z.infer<typeof User>;

/** What only the account's owner sees of it. */
export const Account = User.extend({ email: z.string(), role: GlobalRole, locale: Locale, createdAt: Instant });
export type Account = z.infer<typeof Account>;

/** Letters, digits, dot, dash and underscore of any script, starting with a letter or digit; compared in NFKC lower case. */
export const Username = z.string().normalize("NFKC").min(2).max(limits.usernameChars).regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u);
export const DisplayName = visibleText(limits.displayNameChars).transform((name) => name.trim());

export const SearchUsers = z.strictObject({ q: visibleText(limits.searchQueryChars) });
export type SearchUsers = z.infer<typeof SearchUsers>;

export const GetUser = z.strictObject({ id: Id });
export type GetUser = z.infer<typeof GetUser>;
