/** Time, so that a test can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after at least `ms`; the answer cancels. Never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
}
