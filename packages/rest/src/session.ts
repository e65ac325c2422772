import { Id, Instant } from "@tertulia/model/ids";
import { CreateToken, SessionKind } from "@tertulia/model/sessions";
import { z } from "zod";

export const UserSession = z
  .object({
    id: Id,
    kind: SessionKind.meta({ description: "`web` of someone who signed in with a browser, `api` of programs." }),
    name: z.string().nullable().meta({ description: "What a token was called when it was made." }),
    userAgent: z.string().nullable(),
    ipAddress: z.string().nullable(),
    createdAt: Instant,
    lastUsedAt: Instant,
    expiresAt: Instant,
    current: z.boolean().meta({ description: "Whether this very request was made with it." }),
  })
  .meta({ id: "UserSession", description: "One place where I am signed in, or one API token." });

export const NewToken = z
  .strictObject({
    name: CreateToken.shape.name.meta({ description: "What it is for.", minLength: 1, maxLength: 64, example: "backup" }),
    expiresAt: CreateToken.shape.expiresAt.meta({ description: "Without it, in a year." }),
  })
  .meta({ id: "NewToken", example: { name: "backup" } });

export const CreatedToken = z
  .object({ token: z.string().meta({ description: "Shown once, here. The server keeps only its SHA-256.", example: "ttl_…" }), session: UserSession })
  .meta({ id: "CreatedToken" });

export const SessionPath = z.strictObject({ sessionId: Id });
