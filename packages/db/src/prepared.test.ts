import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "./open.ts";
import { prepared } from "./prepared.ts";
import { openTestDatabase, testDatabases } from "./testing/open-test-database.ts";

describe.each(testDatabases())("a prepared statement on the %s database", (kind) => {
  const double = prepared("double", "select $1::integer * 2 as doubled");
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  test("answers each time for the parameters it is given", async () => {
    for (const number of [1, 21]) expect((await database.db.executeQuery(double([number]))).rows).toEqual([{ doubled: number * 2 }]);
  });

  test.runIf(kind === "postgres")("is parsed once on a connection, under its name", async () => {
    await database.db.transaction().execute(async (trx) => {
      const triple = prepared("triple", "select $1::integer * 3 as tripled");
      for (const number of [1, 2, 3]) await trx.executeQuery(triple([number]));
      const { rows } = await sql`select name, generic_plans + custom_plans as uses from pg_prepared_statements where name <> 'double'`.execute(trx);
      expect(rows).toEqual([{ name: "triple", uses: 3 }]);
    });
  });
});
