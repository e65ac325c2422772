import { type Verdict, verdictOn } from "./verdict.ts";

/** A message as anyone tells of it: the database, or someone's screen. */
export interface Told {
  /** What it says, which a test makes different for every message. */
  content: string;
  seq: number;
}

/** What one person's program shows of a room, in the order it shows it. */
export interface View {
  who: string;
  messages: readonly Told[];
}

/**
 * Keeps the books while things go wrong: what was said by whom in which order, and what was acknowledged. In the end everything acknowledged must be
 * stored, once, and be shown by everyone who was to see it, in the order of seq: one oracle for every fault.
 */
export class Oracle {
  readonly #said = new Map<string, string>();
  readonly #acknowledged = new Set<string>();
  readonly #waiting = new Set<() => void>();

  /** `content` is about to be sent by `who`, whose messages are expected to stand in this order. */
  sends(who: string, content: string): void {
    if (this.#said.has(content)) throw new Error(`"${content}" is said twice: nobody could tell the two apart.`);
    this.#said.set(content, who);
  }

  /** The server has answered that it's stored. */
  hearsAcknowledged(content: string): void {
    this.#acknowledged.add(content);
    for (const look of this.#waiting) look();
  }

  get sent(): number {
    return this.#said.size;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** Resolves once so many have been acknowledged. */
  untilAcknowledged(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#acknowledged.size < count) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** What the books say of the database and of what everyone shows. */
  verdict(stored: readonly Told[], views: readonly View[]): Verdict {
    return verdictOn({ said: this.#said, acknowledged: this.#acknowledged, stored, views });
  }
}
