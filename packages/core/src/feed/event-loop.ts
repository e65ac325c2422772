/** The turns of the event loop, as the feed shares them with everything else; a test turns its own. */
export interface EventLoop {
  /** Milliseconds since some moment of its own. */
  now(): number;
  /** Calls back when all that waits now has had its turn. */
  nextTurn(work: () => void): void;
  after(ms: number, work: () => void): void;
}

export const eventLoop: EventLoop = {
  now: () => performance.now(),
  nextTurn: (work) => void setImmediate(work),
  after: (ms, work) => void setTimeout(work, ms).unref(),
};
