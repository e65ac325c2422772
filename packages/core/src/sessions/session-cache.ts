import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { Bus, Unlisten, UserNote } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Kysely } from "kysely";
import { SessionReads } from "./session-reads.ts";
import { hashToken } from "./tokens.ts";

const TRUSTED_MS = 5_000;
/** For a session read while its user's channel wasn't listened to yet, or while it spoke, or other nodes aren't heard: an end just then may have been missed. */
const TRUSTED_UNHEARD_MS = 1_000;
const KEPT = 10_000;

interface Kept {
  actor: Actor;
  readAt: number;
  /** Whether its user's channel would have said that it ended since. */
  isHeard: boolean;
}

/** A user of whom something is kept, so that their channel is listened to. */
interface Listened {
  // A list made anew, since nearly everyone has one session or two, and there are thousands.
  hashes: readonly string[];
  heard: boolean;
  unlisten: Promise<Unlisten | null>;
}

export interface SessionCacheParts {
  db: Kysely<Tables>;
  assertWritable: () => void;
  bus: Bus;
  clock: Clock;
  log: Log;
}

/** Who a token speaks for, kept for seconds so that no frame costs a read, and dropped when the user's channel says that it ended. */
export class SessionCache {
  readonly #parts: SessionCacheParts;
  readonly #reads: SessionReads;
  /** By the token's hash, least recently used first. */
  readonly #kept = new Map<string, Kept>();
  readonly #listened = new Map<Id, Listened>();
  readonly #reading = new Map<string, Promise<Actor | null>>();
  /** Rises whenever a channel speaks or begins to be heard: what was read across that moment is trusted for less long. */
  #turns = 0;

  readonly #endListening: () => void;

  constructor(parts: SessionCacheParts) {
    this.#parts = parts;
    this.#reads = new SessionReads(parts);
    this.#endListening = parts.bus.onMissed(() => {
      this.#turns++;
      for (const kept of this.#kept.values()) kept.isHeard = false;
    });
  }

  /** The actor behind a token; null if there is no such session, or it was revoked, or it has expired. */
  async actorFor(token: string): Promise<Actor | null> {
    const hash = hashToken(token);
    const kept = this.#kept.get(hash);
    if (kept && this.#isTrusted(kept)) {
      this.#kept.delete(hash);
      this.#kept.set(hash, kept);
      return kept.actor;
    }
    // Many requests of one page ask at the same moment: one read answers them all.
    const reading = this.#reading.get(hash) ?? this.#read(hash).finally(() => this.#reading.delete(hash));
    this.#reading.set(hash, reading);
    return reading;
  }

  /** The same, but what is kept counts only if its end would have been heard since, and a read under way doesn't: it may be older than this question. */
  async actorAnew(token: string): Promise<Actor | null> {
    const hash = hashToken(token);
    const kept = this.#kept.get(hash);
    return kept && this.#isHeard(kept) && this.#isTrusted(kept) ? kept.actor : this.#read(hash);
  }

  async close(): Promise<void> {
    this.#endListening();
    this.#kept.clear();
    const listened = [...this.#listened.values()];
    this.#listened.clear();
    for (const { unlisten } of listened) (await unlisten)?.();
  }

  #isTrusted(kept: Kept): boolean {
    const { clock } = this.#parts;
    return clock.monotonic() - kept.readAt < (this.#isHeard(kept) ? TRUSTED_MS : TRUSTED_UNHEARD_MS) && clock.now() < kept.actor.sessionExpiresAt;
  }

  #isHeard({ isHeard }: Kept): boolean {
    return isHeard && this.#parts.bus.isUp;
  }

  async #read(hash: string): Promise<Actor | null> {
    const turnsBefore = this.#turns;
    const readAt = this.#parts.clock.monotonic();
    const actor = await this.#reads.actorFor(hash);
    if (actor) this.#keep(hash, actor, readAt, turnsBefore);
    else this.#forget(hash);
    return actor;
  }

  #forget(hash: string): void {
    const known = this.#kept.get(hash);
    if (known) this.#drop(hash, known.actor.user.id);
  }

  #keep(hash: string, actor: Actor, readAt: number, turnsBefore: number): void {
    const listened = this.#listened.get(actor.user.id) ?? this.#listen(actor.user.id);
    if (!listened.hashes.includes(hash)) listened.hashes = listened.hashes.concat(hash);
    const isHeard = listened.heard && turnsBefore === this.#turns;
    this.#kept.delete(hash);
    this.#kept.set(hash, { actor, readAt, isHeard });
    const [oldest] = this.#kept;
    if (oldest && this.#kept.size > KEPT) this.#drop(oldest[0], oldest[1].actor.user.id);
  }

  #listen(userId: Id): Listened {
    const listened: Listened = {
      hashes: [],
      heard: false,
      unlisten: this.#parts.bus.listen("user", userId, (note) => this.#onNote(userId, note)).then(
        (unlisten) => {
          listened.heard = true;
          this.#turns++;
          return unlisten;
        },
        (error: unknown) => {
          this.#parts.log.warn({ err: error }, "A user's channel can't be heard; their sessions are read every second.");
          return null;
        },
      ),
    };
    this.#listened.set(userId, listened);
    return listened;
  }

  #onNote(userId: Id, { kind }: UserNote): void {
    if (kind !== "session.revoked" && kind !== "account.changed") return;
    this.#turns++;
    for (const hash of this.#listened.get(userId)?.hashes ?? []) this.#drop(hash, userId);
  }

  #drop(hash: string, userId: Id): void {
    this.#kept.delete(hash);
    const listened = this.#listened.get(userId);
    if (!listened?.hashes.includes(hash)) return;
    listened.hashes = listened.hashes.filter((each) => each !== hash);
    if (listened.hashes.length > 0) return;
    this.#listened.delete(userId);
    void listened.unlisten.then((unlisten) => unlisten?.());
  }
}
