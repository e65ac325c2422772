import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** A lock that one process at a time holds, and that the operating system takes back when the process ends, however it ends. */
export interface FileLock {
  release(): void;
}

/**
 * Takes the lock at `path`, or answers null if someone else has it.
 *
 * The lock is SQLite's on an empty database file, since Node has no other way to a kernel's file lock. A file that names a pid can be
 * left behind by a killed process, the pid can be another's by then, and in containers that share a folder it says nothing at all.
 */
export function takeFileLock(path: string): FileLock | null {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("begin immediate");
  } catch (error) {
    file.close();
    if (isBusy(error)) return null;
    throw error;
  }
  writeFileSync(holderFile(path), String(process.pid));
  return {
    release() {
      rmSync(holderFile(path), { force: true });
      file.close();
    },
  };
}

/** The process that holds the lock, as it noted down itself; null if it hasn't yet. */
export function holderOf(path: string): number | null {
  try {
    return Number(readFileSync(holderFile(path), "utf8")) || null;
  } catch {
    return null;
  }
}

const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean => error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
const holderFile = (path: string) => `${path}.pid`;
