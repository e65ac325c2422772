import * as limits from "@tertulia/model/limits";
import type { Batch, Dialect, Sink } from "./feed.ts";

/** What doesn't fade by itself: nobody who reads slowly goes without it. */
const stays = new Set<Batch["kind"]>(["messages", "inbox", "notices"]);

/** A batch on its way to many sinks: encoded once per dialect, however many there are. */
export class Encoded {
  readonly #batch: Batch;
  readonly #byDialect = new Map<Dialect, (key: string) => Buffer>();

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  /** Writes to one sink, unless it has fallen behind: what fades by itself is left out first, then the sink is let go (protocol L3). */
  writeTo(sink: Sink): "written" | "skipped" | "slow" {
    const unsent = sink.buffered();
    if (unsent > limits.socketUnsentHardBytes) return "slow";
    if (unsent > limits.socketUnsentSoftBytes && !stays.has(this.#batch.kind)) return "skipped";
    sink.write(this.#frameFor(sink), false);
    return "written";
  }

  /** Writes what the sink has missed, however much is still under way to it. */
  writeAsBacklogTo(sink: Sink): void {
    sink.write(this.#frameFor(sink), true);
  }

  #frameFor({ dialect, key }: Sink): Buffer {
    let frameOf = this.#byDialect.get(dialect);
    if (!frameOf) {
      frameOf = dialect.encode(this.#batch);
      this.#byDialect.set(dialect, frameOf);
    }
    return frameOf(key);
  }
}
