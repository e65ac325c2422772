import type { Rows } from "../session.ts";

/** What the worker is started with. */
export interface WorkerStart {
  /** Where Postgres keeps its files; null keeps them in memory. */
  folder: string | null;
  /** A database to begin with, as `dump` made it (a gzipped tar); null makes an empty one. Only for a folder that holds none yet. */
  template: Uint8Array | null;
}

export type Order = { id: number } & ({ kind: "run"; sql: string; parameters: readonly unknown[] } | { kind: "dump" } | { kind: "close" });

/** The answer to an order; the one with id 0 says that the database is open. */
export type Answer = { id: number } & ({ ok: true; rows: Rows } | { ok: true; dump: Uint8Array } | { ok: true } | { ok: false; error: SqlError });

/** A DatabaseError of Postgres as it crosses between threads. */
export interface SqlError {
  message: string;
  severity?: string | undefined;
  code?: string | undefined;
  detail?: string | undefined;
  hint?: string | undefined;
  position?: string | undefined;
  where?: string | undefined;
  schema?: string | undefined;
  table?: string | undefined;
  column?: string | undefined;
  constraint?: string | undefined;
}
