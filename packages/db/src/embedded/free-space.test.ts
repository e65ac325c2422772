import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type QueryExecutorProvider, sql } from "kysely";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../open.ts";
import { silentLog } from "../testing/open-test-database.ts";
import { FreeSpace } from "./free-space.ts";
import { openEmbedded, openInFolder } from "./open-embedded.ts";
import { keepTemplate } from "./template.ts";

const SLOW_MACHINE_MS = 60_000;

describe("[A4] a nearly full disk", () => {
  test("refuses writes and goes on reading, until there is room again", { timeout: SLOW_MACHINE_MS }, async () => {
    const disk = { freeBytes: 300 * 1024 * 1024 };
    const space = new FreeSpace(() => disk.freeBytes);
    await using database = await openEmbedded({ folder: null, template: await keepTemplate() }, space, silentLog);
    const { db, guard } = database;
    await sql`create table tea (kind text)`.execute(db);

    disk.freeBytes = 255 * 1024 * 1024;
    space.look();
    const full = { name: "Refusal", code: "STORAGE_FULL" };
    expect(() => guard.assertWritable()).toThrow(expect.objectContaining(full));
    await expect(sql`insert into tea values ('green')`.execute(db)).rejects.toMatchObject(full);
    await expect(db.transaction().execute((trx) => sql`insert into tea values ('green')`.execute(trx))).rejects.toMatchObject(full);
    expect((await sql`select kind from tea`.execute(db)).rows).toEqual([]);
    expect(await db.transaction().setIsolationLevel("repeatable read").execute((trx) => one(trx))).toBe(1);

    disk.freeBytes = 256 * 1024 * 1024;
    space.look();
    expect(() => guard.assertWritable()).not.toThrow();
    await sql`insert into tea values ('green')`.execute(db);
    expect((await sql`select kind from tea`.execute(db)).rows).toEqual([{ kind: "green" }]);
  });

  test.skipIf(!mayMount())("is noticed on a real disk within a second, and forgotten soon after", { timeout: SLOW_MACHINE_MS }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tertulia-small-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=340m", "tmpfs", folder]);
    try {
      await using database = await openDatabase({ dataDir: folder }, { log: silentLog });
      await sql`create table tea (kind text)`.execute(database.db);
      await writeFile(join(folder, "somebody-elses-film"), Buffer.alloc(60 * 1024 * 1024));
      const write = () => sql`insert into tea values ('green')`.execute(database.db).then(() => "stored", (error: unknown) => error);
      await expect.poll(write, { timeout: 1_500 }).toMatchObject({ code: "STORAGE_FULL" });
      expect(await one(database.db)).toBe(1);
      await rm(join(folder, "somebody-elses-film"));
      await expect.poll(write, { timeout: 1_500 }).toBe("stored");
    } finally {
      execFileSync("umount", [folder]);
      await rm(folder, { recursive: true });
    }
  });

  test.skipIf(!mayMount())("that became full all the same refuses too, and loses nothing", { timeout: SLOW_MACHINE_MS }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tertulia-full-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=90m", "tmpfs", folder]);
    try {
      await using database = await openInFolder(folder, silentLog, new FreeSpace(() => Infinity));
      await sql`create table films (film text)`.execute(database.db);
      const film = join(folder, "somebody-elses-film");
      await writeFile(film, Buffer.alloc(90 * 1024 * 1024)).catch(() => {});
      const write = () => sql`insert into films values (${randomBytes(500_000).toString("hex")})`.execute(database.db).then(() => "stored", (error: unknown) => error);
      expect(await write()).toMatchObject({ code: "STORAGE_FULL" });
      expect(await one(database.db)).toBe(1);
      await rm(film);
      await expect.poll(write, { timeout: 10_000 }).toBe("stored");
      expect((await sql`select film from films`.execute(database.db)).rows).toHaveLength(1);
    } finally {
      execFileSync("umount", [folder]);
      await rm(folder, { recursive: true });
    }
  });

  test("is asked once a second at most", () => {
    let asked = 0;
    const space = new FreeSpace(() => {
      asked++;
      return Infinity;
    });
    for (let n = 0; n < 1_000; n++) space.assertWritable();
    expect(asked).toBe(1);
  });
});

function mayMount(): boolean {
  return spawnSync("unshare", ["--mount", "true"]).status === 0 && process.getuid?.() === 0;
}

async function one(db: QueryExecutorProvider): Promise<number | undefined> {
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(db);
  return rows[0]?.one;
}
