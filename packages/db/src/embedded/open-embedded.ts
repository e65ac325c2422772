import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Log } from "@tertulia/model/ports/log";
import { PGliteAdapter } from "kysely";
import { DataFolderLocked } from "../errors.ts";
import { kyselyOver } from "../kysely-over-sessions.ts";
import { migrateUp } from "../migrate.ts";
import type { Database } from "../open.ts";
import type { Tables } from "../schema.ts";
import { EmbeddedSessions, everydayPatience, migrationPatience } from "./embedded-sessions.ts";
import { type FileLock, holderOf, takeFileLock } from "./file-lock.ts";
import { FreeSpace } from "./free-space.ts";
import { keptTemplate, makeTemplate } from "./template.ts";
import { startWorker } from "./worker-link.ts";
import type { WorkerStart } from "./worker-messages.ts";

/**
 * Opens the database in `dataDir`, which must be this process's alone: two on one folder would lose acknowledged rows without a word.
 * Throws DataFolderLocked if another process has it.
 */
export async function openInFolder(dataDir: string, log: Log, space?: FreeSpace): Promise<Database & { sessions: EmbeddedSessions }> {
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true });
  const lock = lockFolder(folder);
  try {
    const postgresFolder = join(folder, "database");
    if (!existsSync(postgresFolder)) await makeDatabase(postgresFolder);
    return await openEmbedded({ folder: postgresFolder, template: null }, space ?? FreeSpace.ofFolder(folder), log, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Opens and migrates; the lock is released with the close. */
export async function openEmbedded(start: WorkerStart, space: FreeSpace, log: Log, lock?: FileLock): Promise<Database & { sessions: EmbeddedSessions }> {
  const sessions = await EmbeddedSessions.open(start, space, log);
  const db = kyselyOver<Tables>(sessions, new PGliteAdapter());
  const close = async () => {
    await sessions.close();
    lock?.release();
  };
  try {
    sessions.patience = migrationPatience;
    await migrateUp(db);
    sessions.patience = everydayPatience;
  } catch (error) {
    await close();
    throw error;
  }
  return { kind: "embedded", db, sessions, guard: space, ready: async () => sessions.ready, use: () => sessions.use(), close, [Symbol.asyncDispose]: close };
}

function lockFolder(folder: string): FileLock {
  const path = join(folder, "database.lock");
  const lock = takeFileLock(path);
  if (!lock) throw new DataFolderLocked(folder, holderOf(path));
  return lock;
}

/** Made beside and renamed, so that a start that is killed half-way leaves no half database. */
async function makeDatabase(postgresFolder: string): Promise<void> {
  const unfinished = `${postgresFolder}.making`;
  await rm(unfinished, { recursive: true, force: true });
  const worker = await startWorker({ folder: unfinished, template: (await keptTemplate()) ?? (await makeTemplate()) });
  await worker.close();
  await rename(unfinished, postgresFolder);
}
