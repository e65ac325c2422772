import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PostgresAdapter } from "kysely";
import { kyselyOver } from "../kysely-over-sessions.ts";
import { migrateUp } from "../migrate.ts";
import { takeFileLock } from "./file-lock.ts";
import { startWorker } from "./worker-link.ts";

const packageFolder = join(import.meta.dirname, "../..");
const templateFolder = join(packageFolder, "dist");
const ASK_AGAIN_MS = 50;

/** A new database with the newest schema, as an archive to start from; null if `npm start` or a test hasn't made one yet. */
export async function existingTemplate(): Promise<Uint8Array | null> {
  return readIfThere(await templatePath());
}

/**
 * The same, made now if need be. Making a database costs seconds (Postgres' own initdb), loading one some hundred milliseconds.
 * Of several processes that ask at once, one makes it.
 */
export async function databaseTemplate(): Promise<Uint8Array> {
  const path = await templatePath();
  const existing = await readIfThere(path);
  if (existing) return existing;
  await mkdir(templateFolder, { recursive: true });
  const lock = await waitForLock(join(templateFolder, "template.lock"));
  try {
    return (await readIfThere(path)) ?? (await makeTemplate(path));
  } finally {
    lock.release();
  }
}

async function makeTemplate(path: string): Promise<Uint8Array> {
  const worker = await startWorker({ folder: null, template: null });
  const session = { run: worker.run };
  const db = kyselyOver<unknown>({ borrow: async () => session, giveBack() {}, async close() {} }, new PostgresAdapter());
  await migrateUp(db);
  const template = await worker.dump();
  await worker.close();
  await removeOldTemplates();
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, template);
  await rename(unfinished, path);
  return template;
}

/** Named by what goes into it, so that a changed migration or another PGlite never meets an old template. */
async function templatePath(): Promise<string> {
  const migrationsFolder = join(packageFolder, "src/migrations");
  const sources = (await readdir(migrationsFolder)).filter((name) => name.endsWith(".ts")).toSorted().map((name) => join(migrationsFolder, name));
  const hash = createHash("sha256");
  for (const file of [join(packageFolder, "package.json"), ...sources]) hash.update(file.slice(packageFolder.length)).update(await readFile(file));
  return join(templateFolder, `template-${hash.digest("hex").slice(0, 16)}.tar.gz`);
}

async function removeOldTemplates(): Promise<void> {
  const old = (await readdir(templateFolder)).filter((name) => name.startsWith("template-"));
  await Promise.all(old.map((name) => rm(join(templateFolder, name), { force: true })));
}

async function waitForLock(path: string) {
  for (;;) {
    const lock = takeFileLock(path);
    if (lock) return lock;
    await delay(ASK_AGAIN_MS);
  }
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch(() => null);
}
