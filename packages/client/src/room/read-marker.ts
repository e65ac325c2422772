import type { Seq } from "@tertulia/model/ids";
import { mayPass } from "../connection/patience.ts";

const TOLD_AT_MOST_EVERY_MS = 1_000;

export interface ReadMarker {
  mark(seq: Seq): void;
  /** The connection is back. */
  goOn(): void;
  close(): void;
}

/** Tells how far I have read: the furthest only, at most once a second, and after a break what wasn't told in it. */
export function createReadMarker(tell: (seq: Seq) => Promise<void>, isOnline: () => boolean): ReadMarker {
  let wanted = 0;
  let told = 0;
  let failed = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    timer = null;
    if (wanted <= told || !isOnline()) return;
    const seq = wanted;
    told = seq;
    timer = setTimeout(flush, TOLD_AT_MOST_EVERY_MS);
    tell(seq).then(
      () => (failed = 0),
      (error: unknown) => {
        told = Math.min(told, seq - 1);
        // What is refused for good isn't wanted any more.
        if (!mayPass(error, ++failed)) wanted = told;
        else if (wanted > told) timer ??= setTimeout(flush, TOLD_AT_MOST_EVERY_MS);
      },
    );
  }

  return {
    mark(seq) {
      wanted = Math.max(wanted, seq);
      if (timer === null) flush();
    },
    goOn() {
      if (timer === null) flush();
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      wanted = 0;
    },
  };
}
