/** Time, so that a test can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment of its own, never going back: for measuring how long something took or is still to wait. */
  monotonic(): number;
  /** Calls back once, after at least `ms`; the answer cancels. Never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
}
