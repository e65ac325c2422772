import type { Log } from "@tertulia/model/ports/log";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { describe, expect, test, vi } from "vitest";
import { busContract } from "./bus-contract.ts";
import { MemoryBus } from "./memory-bus.ts";

const room = "0190f3a0-0000-7000-8000-000000000001";

describe("the bus in memory", () => {
  busContract(async () => {
    const clock = new MovableClock();
    const bus = new MemoryBus({ clock, log: notedLog().log });
    // Budgets reckon by the process' own time.
    vi.useFakeTimers({ toFake: ["Date", "setTimeout"] });
    const pass = async (ms: number) => {
      clock.move(ms);
      vi.advanceTimersByTime(ms);
    };
    return { here: bus, there: bus, pass, close: () => (vi.useRealTimers(), bus.close()) };
  });

  test("a listener's failure is logged", async () => {
    const { log, sentences } = notedLog();
    const bus = new MemoryBus({ clock: new MovableClock(), log });
    await bus.listen("room", room, () => {
      throw new Error("I can't listen.");
    });
    const heard = Promise.withResolvers<void>();
    await bus.listen("room", room, () => heard.resolve());
    bus.publish("room", room, { kind: "events", firstSeq: 1, events: [] });
    await heard.promise;
    expect(sentences).toEqual(["A listener of the bus failed."]);
  });
});

function notedLog() {
  const sentences: string[] = [];
  const note = (_facts: object, sentence: string) => void sentences.push(sentence);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  return { log, sentences };
}
