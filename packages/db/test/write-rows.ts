import { argv } from "node:process";
import { sql } from "kysely";
import { openDatabase } from "../src/open.ts";
import { silentLog } from "../src/testing/open-test-database.ts";

// Writes rows without end, four at a time, and says each number once it is committed. Ends only by being killed.
const [, , folder = "", first = "0"] = argv;
const { db } = await openDatabase({ dataDir: folder }, { log: silentLog });
await sql`create table if not exists numbers (n integer primary key)`.execute(db);
let next = Number(first);
await Promise.all(Array.from({ length: 4 }, writeForEver));

async function writeForEver(): Promise<void> {
  for (;;) {
    const n = next++;
    await sql`insert into numbers values (${n})`.execute(db);
    process.stdout.write(`${n}\n`);
  }
}
