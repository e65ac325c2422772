import { Id, Instant } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Account as CoreAccount, DisplayName as CoreDisplayName, GlobalRole, Locale as CoreLocale, User as CoreUser, UserKind, Username as CoreUsername } from "@tertulia/model/users";
import { z } from "zod";

export const Username = CoreUsername.meta({
  description: "Unique. Letters, digits, dot, dash and underscore of any script, beginning with a letter or digit. Compared without regard to case.",
  pattern: String.raw`^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$`,
  example: "mira",
});
export const DisplayName = CoreDisplayName.meta({ description: "What people read instead of the username.", minLength: 1, maxLength: limits.displayNameChars, example: "Mira" });
export const Locale = CoreLocale.meta({ description: "The language they read." });

export const User = CoreUser.extend({
  id: Id,
  username: z.string().meta({ example: "mira" }),
  displayName: z.string().meta({ description: "What people read instead of the username.", example: "Mira" }),
  avatarUrl: z.string().nullable().meta({ description: "Their picture; null if they have none." }),
  kind: UserKind.meta({ description: "A person, an assistant, or the server itself." }),
}).meta({ id: "User", description: "What anyone who is signed in may know of a person or an assistant." });

export const Account = CoreAccount.extend({
  ...User.shape,
  email: z.string().meta({ example: "mira@example.org" }),
  role: GlobalRole.meta({ description: "What they may do on this server; their role in a conversation is another." }),
  locale: Locale,
  createdAt: Instant,
}).meta({ id: "Account", description: "My own account, with what only I see of it." });
