import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { Clock } from "@tertulia/model/ports/clock";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";
import { AskedTogether } from "../asked-together.ts";
import { toUser, userColumns } from "../users/to-user.ts";

const READ_AT_ONCE = 250;
const USE_NOTED_EVERY_MS = 60_000;

interface SessionReadsParts {
  db: Kysely<Tables>;
  assertWritable: () => void;
  clock: Clock;
}

interface Found {
  actor: Actor;
  lastUsedAt: Date;
  isUnusedToken: boolean;
}

/** Who stands behind tokens, as the database says. After a restart everyone asks at once: those of one turn of the event loop are read by one statement. */
export class SessionReads {
  readonly #parts: SessionReadsParts;
  readonly #sessions: AskedTogether<string, Found | null>;
  readonly #uses: AskedTogether<Id, void>;

  constructor(parts: SessionReadsParts) {
    this.#parts = parts;
    this.#sessions = new AskedTogether(READ_AT_ONCE, (hashes) => this.#readAll(hashes));
    this.#uses = new AskedTogether(READ_AT_ONCE, (sessionIds) => this.#noteUses(sessionIds));
  }

  /** The live session whose token has this hash, if there is one; that it is used is noted once a minute, and of an API token that it is used at all. */
  async actorFor(hash: string): Promise<Actor | null> {
    const found = await this.#sessions.ask(hash);
    if (!found) return null;
    if (found.isUnusedToken || this.#parts.clock.now() - found.lastUsedAt.getTime() >= USE_NOTED_EVERY_MS) await this.#uses.ask(found.actor.sessionId);
    return found.actor;
  }

  async #readAll(hashes: string[]): Promise<(hash: string) => Found | null> {
    const rows = await this.#parts.db
      .selectFrom("user_sessions as session")
      .innerJoin("users", "users.id", "session.user_id")
      .select([...userColumns, "users.role", "session.id as session_id", "session.token_hash", "session.name", "session.expires_at", "session.created_at", "session.last_used_at"])
      .where("session.token_hash", "in", hashes)
      .where("session.revoked_at", "is", null)
      .where("session.expires_at", ">", new Date(this.#parts.clock.now()))
      .execute();
    const found = new Map(
      rows.map((row) => {
        const actor: Actor = { user: toUser(row), role: row.role, sessionId: row.session_id, sessionExpiresAt: row.expires_at.getTime() };
        const isUnusedToken = row.name !== null && row.last_used_at.getTime() === row.created_at.getTime();
        return [row.token_hash, { actor, lastUsedAt: row.last_used_at, isUnusedToken }];
      }),
    );
    return (hash) => found.get(hash) ?? null;
  }

  async #noteUses(sessionIds: Id[]): Promise<() => void> {
    try {
      this.#parts.assertWritable();
    } catch (error) {
      // A full disk takes no writes, but reading goes on.
      if (error instanceof Refusal) return () => {};
      throw error;
    }
    await this.#parts.db
      .updateTable("user_sessions")
      .set({ last_used_at: new Date(this.#parts.clock.now()) })
      .where("id", "in", sessionIds)
      .execute();
    return () => {};
  }
}
