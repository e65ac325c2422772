/** One connection to the database, lent to one user at a time. */
export interface Session {
  /**
   * Runs SQL; several statements may stand in one text if there are no parameters. `preparedAs` names a statement that comes again and again,
   * always with the same text. Throws what the server answered, or DatabaseUnavailable.
   */
  run(sql: string, parameters: readonly unknown[], preparedAs?: string): Promise<Rows>;
}

export interface Rows {
  rows: Record<string, unknown>[];
  /** Rows inserted, updated or deleted. */
  affected: number;
}

/** How many sessions are lent now, and how many wait for one. */
export interface SessionsInUse {
  lent: number;
  waiting: number;
}

/** Lends sessions: one at a time on the embedded database, a pool's on Postgres. */
export interface Sessions {
  /** Waits for its turn, a few seconds at most, then throws DatabaseUnavailable. */
  borrow(): Promise<Session>;
  giveBack(session: Session): void;
  close(): Promise<void>;
}
