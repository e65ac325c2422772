import type { Log } from "@tertulia/model/ports/log";
import { type EventLoop, eventLoop } from "./event-loop.ts";

const STEPS_PER_SLICE = 250;
const SLICE_MS = 8;
/** Looking at the clock at each step would cost more than it shows. */
const STEPS_PER_LOOK = 16;

/** One piece of news on its way to many sinks: each step writes to one of them. */
export type Round = Iterator<unknown>;

/** The rounds of one room: one after the other, so that each sink gets them in their order. */
export type Lane = Round[];

/**
 * Brings what is told to the sinks of all rooms of this node. It takes 250 steps or 8 ms at a time and then lets the event loop turn,
 * so that neither a room of thousands nor many rooms at once hold up whatever else the process does. Rooms take turns.
 */
export class Courier {
  readonly loop: EventLoop;
  readonly #log: Log;
  readonly #busy: Lane[] = [];
  /** What is left of this turn's slice; null while no slice was begun in this turn. */
  #slice: { steps: number; endsAt: number } | null = null;
  #isServing = false;

  constructor(log: Log, loop: EventLoop = eventLoop) {
    this.#log = log;
    this.loop = loop;
  }

  /** At once if nothing is before it in its lane and this turn has steps left, else as soon as they come. */
  carry(lane: Lane, round: Round): void {
    if (lane.push(round) === 1) this.#busy.push(lane);
    this.#serve();
  }

  /** One step that may take some milliseconds by itself: the slice is over with it, if they were too many. Resolves when it is done. */
  carryHeavy(step: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = () => {
        try {
          step();
          resolve();
        } catch (error) {
          reject(error);
        }
        // The clock is looked at next.
        if (this.#slice) this.#slice.steps -= this.#slice.steps % STEPS_PER_LOOK;
        return { done: true, value: undefined };
      };
      this.carry([], { next });
    });
  }

  #serve(): void {
    // Whoever is written to may have something to tell: it takes its place behind.
    if (this.#isServing) return;
    this.#isServing = true;
    const slice = (this.#slice ??= this.#beginSlice());
    for (let lane = this.#busy.shift(); lane; lane = this.#busy.shift()) {
      if (this.#serveLane(lane, slice)) continue;
      this.#busy.push(lane);
      break;
    }
    this.#isServing = false;
  }

  #beginSlice() {
    this.loop.nextTurn(() => {
      this.#slice = null;
      if (this.#busy.length > 0) this.#serve();
    });
    return { steps: STEPS_PER_SLICE, endsAt: this.loop.now() + SLICE_MS };
  }

  /** Answers whether all its rounds are done; if not, the slice is. */
  #serveLane(lane: Lane, slice: { steps: number; endsAt: number }): boolean {
    for (let round = lane[0]; round; round = lane[0]) {
      if (slice.steps % STEPS_PER_LOOK === 0 && this.loop.now() >= slice.endsAt) slice.steps = 0;
      if (slice.steps === 0) return false;
      slice.steps--;
      if (this.#isDone(round)) lane.shift();
    }
    return true;
  }

  #isDone(round: Round): boolean {
    try {
      return round.next().done === true;
    } catch (err) {
      this.#log.error({ err }, "What was told could not be brought to everyone.");
      return true;
    }
  }
}
