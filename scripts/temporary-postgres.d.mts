/** A Postgres of our own: see temporary-postgres.mjs. */
export interface TemporaryPostgres {
  url: string;
  stop(): Promise<void>;
  crash(): Promise<void>;
  startAgain(): Promise<void>;
  stall(): void;
  goOn(): void;
}

export function canStartPostgres(): boolean;
export function startTemporaryPostgres(how?: { fsync?: "on" | "off" }): Promise<TemporaryPostgres | undefined>;
