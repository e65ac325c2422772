import { Email, Password, Register, SignedIn as CoreSignedIn, SignIn } from "@tertulia/model/accounts";
import { Instant } from "@tertulia/model/ids";
import { z } from "zod";
import { Account, DisplayName, Locale, Username } from "./user.ts";

export const NewAccount = Register.extend({
  email: Email.meta({ format: "email", example: "mira@example.org" }),
  username: Username,
  displayName: DisplayName.optional(),
  password: Password.meta({ description: "12 characters or more.", example: "a long walk by the sea" }),
  locale: Locale.optional(),
  setupCode: Register.shape.setupCode.meta({ description: "Of the first account alone: the code that the server printed when it started." }),
}).meta({ id: "NewAccount", example: { email: "mira@example.org", username: "mira", password: "a long walk by the sea" } });

/** Who signs in, by either name. */
export const Login = z
  .strictObject({
    email: SignIn.shape.login.optional().meta({ example: "mira@example.org" }),
    username: SignIn.shape.login.optional().meta({ example: "mira" }),
    password: SignIn.shape.password.meta({ example: "a long walk by the sea" }),
  })
  .refine(({ email, username }) => (email === undefined) !== (username === undefined), { path: ["email"], params: { reason: "REQUIRED_FIELD" } })
  .meta({ id: "Login", description: "Either `email` or `username`, and the password.", example: { username: "mira", password: "a long walk by the sea" } });

export const loginOf = ({ email, username, password }: z.infer<typeof Login>): SignIn => ({ login: email ?? username ?? "", password });

export const SignedIn = CoreSignedIn.extend({
  token: z.string().meta({ description: "Shown once, here. Send it as `Authorization: Bearer <token>`, and keep it as you would a password.", example: "ttl_…" }),
  expiresAt: Instant,
  user: Account,
}).meta({ id: "SignedIn" });
