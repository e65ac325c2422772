import pg from "pg";

/** The database can't answer now: gone, restarting, stuck or overrun. What was asked may or may not have happened; asking again is safe where the deed is idempotent. */
export class DatabaseUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DatabaseUnavailable";
  }
}

/** Another process has the data folder open. */
export class DataFolderLocked extends Error {
  readonly folder: string;
  /** The process that holds it; null if it hasn't said so yet. */
  readonly pid: number | null;

  constructor(folder: string, pid: number | null) {
    super(`The data folder ${folder} is in use by ${pid === null ? "another process" : `process ${pid}`}.`);
    this.name = "DataFolderLocked";
    this.folder = folder;
    this.pid = pid;
  }
}

const DISK_FULL = "53100";

/** Whether Postgres refused to write for want of room. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === DISK_FULL;
}
