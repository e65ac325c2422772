import type { Id } from "@tertulia/model/ids";
import type { UserNote } from "@tertulia/model/ports/bus";
import type { Presence } from "@tertulia/model/presence";
import type { Core } from "../core.ts";
import { loadPresence } from "../presence/load-presence.ts";
import { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";

/** Presence of named people, wherever they are, for as long as they share a room with the follower; others are left out (protocol P1). */
export async function followPresenceOf(core: Core, userIds: Id[], sink: Sink): Promise<() => void> {
  const people = new NamedPeople(core, userIds, sink);
  const ownId = sink.actor.user.id;
  const known = await loadPresence(core, ownId, userIds);
  const listened = new Set([ownId, ...known.map(({ userId }) => userId)]);
  const unlisteners = await Promise.all([...listened].map((userId) => core.bus.listen("user", userId, (note) => people.hear(userId, note))));
  const stop = () => {
    for (const unlisten of unlisteners) unlisten();
  };
  try {
    await people.look();
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}

class NamedPeople {
  readonly #core: Core;
  readonly #userIds: Id[];
  readonly #sink: Sink;
  /** Those who are known to share a room with the follower now. */
  readonly #visible = new Set<Id>();
  #isLooking = false;
  #isOutdated = false;

  constructor(core: Core, userIds: Id[], sink: Sink) {
    this.#core = core;
    this.#userIds = userIds;
    this.#sink = sink;
  }

  hear(userId: Id, note: UserNote): void {
    if (note.kind === "presence") {
      // Which room they look at is for its members; a follower by name may not be one.
      if (this.#visible.has(userId)) this.#write([{ ...note.presence, currentRoomId: null }]);
      else this.#isOutdated = true;
    } else if (note.kind === "left") {
      // Out of sight at once; who shares another room comes back when that has been found.
      if (userId === this.#sink.actor.user.id) this.#visible.clear();
      else this.#visible.delete(userId);
      this.look().catch((error: unknown) => this.#core.log.warn({ err: error }, "Whose presence may be followed could not be read."));
    }
  }

  /** Finds who may be seen, and tells how those are who weren't in sight. One look at a time: what happens meanwhile makes it look again. */
  async look(): Promise<void> {
    this.#isOutdated = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      let people: Presence[] = [];
      while (this.#isOutdated) {
        this.#isOutdated = false;
        people = await loadPresence(this.#core, this.#sink.actor.user.id, this.#userIds);
      }
      const appeared = people.filter(({ userId }) => !this.#visible.has(userId));
      for (const { userId } of appeared) this.#visible.add(userId);
      this.#write(appeared);
    } finally {
      this.#isLooking = false;
    }
  }

  #write(items: Presence[]): void {
    new Encoded({ kind: "presence", items }).writeTo(this.#sink);
  }
}
