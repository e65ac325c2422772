import type { Id } from "@tertulia/model/ids";
import type { UserNote } from "@tertulia/model/ports/bus";
import type { Presence } from "@tertulia/model/presence";
import type { Core } from "../core.ts";
import { loadPresence } from "../presence/load-presence.ts";
import { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";
import { NewestNews } from "./newest-news.ts";

/** Presence of named people, wherever they are, for as long as they share a room with the follower; others are left out (protocol P1). */
export async function followPresenceOf(core: Core, userIds: Id[], sink: Sink): Promise<() => void> {
  const people = new NamedPeople(core, userIds, sink);
  // Who shares no room with the follower yet may come to: whichever of the two joins the other's.
  const listened = new Set([sink.actor.user.id, ...userIds]);
  const unlisteners = await Promise.all([...listened].map((userId) => core.bus.listen("user", userId, (note) => people.hear(userId, note))));
  const unlistenMissed = core.bus.onMissed(() => people.lookAgain());
  const stop = () => {
    for (const unlisten of unlisteners) unlisten();
    unlistenMissed();
    people.close();
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
  readonly #news: NewestNews<Presence>;
  #isLooking = false;
  #isOutdated = false;

  constructor(core: Core, userIds: Id[], sink: Sink) {
    this.#core = core;
    this.#userIds = userIds;
    this.#sink = sink;
    this.#news = new NewestNews(core.clock, (items) => this.#write(items));
  }

  hear(userId: Id, note: UserNote): void {
    if (note.kind === "presence") {
      // Which room they look at is for its members; a follower by name may not be one.
      if (this.#visible.has(userId)) this.#news.add({ ...note.presence, currentRoomId: null });
      else this.#isOutdated = true;
    } else if (note.kind === "left") {
      // Out of sight at once; who shares another room comes back when that has been found.
      if (userId === this.#sink.actor.user.id) this.#hideAll();
      else this.#hide(userId);
      this.#lookWhenItCan();
    } else if (note.kind === "joined") this.#lookWhenItCan();
  }

  /** What other nodes told has been missed: everyone is as unknown as in the beginning. */
  lookAgain(): void {
    this.#hideAll();
    this.#lookWhenItCan();
  }

  close(): void {
    this.#news.close();
  }

  #lookWhenItCan(): void {
    this.look().catch((error: unknown) => this.#core.log.warn({ err: error }, "Whose presence may be followed could not be read."));
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

  #hideAll(): void {
    for (const userId of this.#visible) this.#hide(userId);
  }

  #hide(userId: Id): void {
    this.#visible.delete(userId);
    this.#news.forget(userId);
  }

  #write(items: Presence[]): void {
    if (new Encoded({ kind: "presence", items }).writeTo(this.#sink) === "slow") this.#sink.ended("slow");
  }
}
