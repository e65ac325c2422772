/** What each may use up in a stretch of time that begins with its first use: cheaper than counters, and what two stretches allow may pass where they meet. */
export interface Budgets {
  /** A budget of `limit` per key and `windowMs` (whole seconds), the same on every node that opens it by this name. */
  open(name: string, limit: number, windowMs: number): Budget;
}

export interface Budget {
  /** Takes so much of what `key` has. While the nodes can't count together this one counts by itself. */
  spend(key: string, amount: number): Promise<Spent>;
}

export interface Spent {
  /** Whether there was as much left. */
  isWithin: boolean;
  remaining: number;
  /** Until all of it is there again. */
  resetMs: number;
}
