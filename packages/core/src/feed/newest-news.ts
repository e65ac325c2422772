import type { Id } from "@tertulia/model/ids";
import type { Clock } from "@tertulia/model/ports/clock";
import { Paced } from "./paced.ts";

const TOLD_AT_MOST_EVERY_MS = 1_000;

/** News of people of which only the newest counts: told at once, and what follows within a second together, one per person. */
export class NewestNews<T extends { userId: Id }> {
  readonly #paced: Paced;
  #untold = new Map<Id, T>();

  constructor(clock: Clock, tell: (news: T[]) => void) {
    this.#paced = new Paced(clock, () => {
      const news = [...this.#untold.values()];
      this.#untold = new Map();
      if (news.length > 0) tell(news);
    });
  }

  add(news: T): void {
    this.#untold.set(news.userId, news);
    this.#paced.isDue(TOLD_AT_MOST_EVERY_MS);
  }

  /** Of this person nothing waits any more to be told. */
  forget(userId: Id): void {
    this.#untold.delete(userId);
  }

  close(): void {
    this.#paced.cancel();
  }
}
