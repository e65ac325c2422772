import { randomUUID } from "node:crypto";
import type { Log } from "@tertulia/model/ports/log";
import pg from "pg";
import { FreeSpace } from "../embedded/free-space.ts";
import { openEmbedded } from "../embedded/open-embedded.ts";
import { keepTemplate } from "../embedded/template.ts";
import { type Database, openDatabase } from "../open.ts";

export type DatabaseKind = Database["kind"];

/**
 * The databases a suite runs on: the embedded one, and a real Postgres where TEST_DATABASE_URL names a server on which databases
 * may be created. `describe.each(testDatabases())("posting on %s", (kind) => …)`.
 */
export function testDatabases(): DatabaseKind[] {
  return process.env["TEST_DATABASE_URL"] ? ["embedded", "postgres"] : ["embedded"];
}

/** A fresh, migrated database of its own, gone when it is closed. Takes about half a second: open one per file or suite, and a room of its own per test. */
export async function openTestDatabase(kind: DatabaseKind = "embedded"): Promise<Database> {
  return kind === "embedded" ? openInMemory() : openOnServer();
}

/** Says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

async function openInMemory(): Promise<Database> {
  return openEmbedded({ folder: null, template: await keepTemplate() }, new FreeSpace(() => Infinity), silentLog);
}

async function openOnServer(): Promise<Database> {
  const { url, drop } = await createDatabase();
  const database = await openDatabase({ url }, { log: silentLog });
  const close = async () => {
    await database.close();
    await drop();
  };
  return { ...database, close, [Symbol.asyncDispose]: close };
}

/** An empty database on the server of TEST_DATABASE_URL. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `tertulia_test_${randomUUID().replaceAll("-", "")}`;
  await onServer(`create database ${name}`);
  return { url: urlOf(name), drop: () => onServer(`drop database ${name} with (force)`) };
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env["TEST_DATABASE_URL"] });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function urlOf(name: string): string {
  const url = new URL(process.env["TEST_DATABASE_URL"] ?? "");
  url.pathname = name;
  return url.href;
}
