import type { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";

/** A round over sinks that follow no room: each is told what is for it, if anything is; who has fallen behind is let go. */
export function* tellEach(sinks: Set<Sink>, frameFor: (sink: Sink) => Encoded | null): Generator<void> {
  for (const sink of sinks) {
    if (frameFor(sink)?.writeTo(sink) === "slow") sink.ended("slow");
    yield;
  }
}
