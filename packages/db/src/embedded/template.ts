import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PGliteAdapter } from "kysely";
import { kyselyOver } from "../kysely-over-sessions.ts";
import { migrateUp } from "../migrate.ts";
import { takeFileLock } from "./file-lock.ts";
import { startWorker } from "./worker-link.ts";

const packageFolder = join(import.meta.dirname, "../..");
const templateFolder = join(packageFolder, "dist");
const ASK_AGAIN_MS = 50;

/** A new database with the newest schema, as an archive to start from. Making one costs some seconds, most of them in Postgres' own initdb. */
export async function makeTemplate(): Promise<Uint8Array> {
  const worker = await startWorker({ folder: null, template: null });
  try {
    await migrateUp(kyselyOver({ borrow: async () => worker, giveBack() {}, async close() {} }, new PGliteAdapter()));
    return await worker.dump();
  } finally {
    await worker.close();
  }
}

/** The archive that was made and kept before, by the build or by a test; null if there is none for this schema. */
export async function keptTemplate(): Promise<Uint8Array | null> {
  return readIfThere(await templatePath());
}

/** The kept archive, made if need be: of several processes that ask at once, one makes it. */
export async function keepTemplate(): Promise<Uint8Array> {
  const kept = await keptTemplate();
  if (kept) return kept;
  await mkdir(templateFolder, { recursive: true });
  const lock = await waitForLock(join(templateFolder, "template.lock"));
  try {
    return (await keptTemplate()) ?? (await writeTemplate());
  } finally {
    lock.release();
  }
}

async function writeTemplate(): Promise<Uint8Array> {
  const path = await templatePath();
  const template = await makeTemplate();
  await removeOldTemplates();
  const unfinished = `${path}.unfinished`;
  await writeFile(unfinished, template);
  await rename(unfinished, path);
  return template;
}

/** Named by what goes into it, so that a changed migration or another PGlite never meets an old template. */
async function templatePath(): Promise<string> {
  const migrationsFolder = join(packageFolder, "src/migrations");
  const sources = (await readdir(migrationsFolder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).toSorted().map((name) => join(migrationsFolder, name));
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
