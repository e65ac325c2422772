import { AbortedTransactionError, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "./open.ts";
import { openTestDatabase, testDatabases } from "./testing/open-test-database.ts";

const mira = "0190f3a0-0000-7000-8000-00000000000a";
const tomas = "0190f3a0-0000-7000-8000-00000000000b";

describe.each(testDatabases())("the %s database", (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(() => sql`delete from users`.execute(database.db));

  const addUser = (id: string, username: string, db = database.db) =>
    db.insertInto("users").values({ id, kind: "human", email: null, username, username_key: username, display_name: username, avatar_url: null, password_hash: null, last_active_at: null }).execute();
  const usernames = async () => (await database.db.selectFrom("users").select("username").orderBy("username").execute()).map(({ username }) => username);

  test("answers when it is ready", async () => {
    expect(database.kind).toBe(kind);
    expect(await database.ready()).toBe(true);
    expect(() => database.guard.assertWritable()).not.toThrow();
  });

  test("gives each type of column the same kind of value", async () => {
    const { rows } = await sql`select
      9007199254740991::int8 as int8, 7::int2 as int2, -1::int4 as int4, 1.25::numeric as numeric, 0.5::float8 as float8, true as bool,
      ${mira}::uuid as uuid, 'tea'::text as text, '2026-01-02T03:04:05.678Z'::timestamptz as timestamptz, '2026-01-02'::date as date,
      '{"a":[1,null]}'::jsonb as jsonb, '[1]'::json as json, 'null'::jsonb as json_null, null::int8 as nothing, '\\x00ff'::bytea as bytea,
      array[1,2]::int8[] as int8s, array[${mira},${tomas}]::uuid[] as uuids, '{"a,b","c\\"d",NULL,"NULL","{}"}'::text[] as texts,
      '{{1,2},{3,4}}'::int4[] as nested, '{}'::int8[] as empty, array['2026-01-02T03:04:05Z']::timestamptz[] as instants, array['{"a":1}']::jsonb[] as jsonbs`.execute(database.db);
    expect(rows).toEqual([
      {
        int8: 9007199254740991,
        int2: 7,
        int4: -1,
        numeric: 1.25,
        float8: 0.5,
        bool: true,
        uuid: mira,
        text: "tea",
        timestamptz: new Date("2026-01-02T03:04:05.678Z"),
        date: "2026-01-02",
        jsonb: { a: [1, null] },
        json: [1],
        json_null: null,
        nothing: null,
        bytea: new Uint8Array([0, 255]),
        int8s: [1, 2],
        uuids: [mira, tomas],
        texts: ["a,b", 'c"d', null, "NULL", "{}"],
        nested: [[1, 2], [3, 4]],
        empty: [],
        instants: [new Date("2026-01-02T03:04:05Z")],
        jsonbs: [{ a: 1 }],
      },
    ]);
  });

  test("takes each kind of value as a parameter and gives it back", async () => {
    const at = new Date("2026-01-02T03:04:05.678Z");
    const words = ['quoted " and \\', "comma, {brace}", "茶 🍵", "", null, "NULL"];
    const { rows } = await sql`select
      ${at}::timestamptz as at, ${{ tea: ["茶", 1] }}::jsonb as object, ${JSON.stringify(["a"])}::jsonb as list, ${words}::text[] as words, ${[mira]}::uuid[] as ids,
      ${[at]}::timestamptz[] as instants, ${[[1, 2], [3, 4]]}::int4[] as nested, ${[true, false]}::boolean[] as flags, ${3}::int4 as number, ${10n}::int8 as bigint,
      ${false}::boolean as flag, ${null}::text as nothing, ${Buffer.from("hi")}::bytea as bytes, ${[Buffer.from("hi")]}::bytea[] as "manyBytes"`.execute(database.db);
    expect(rows).toEqual([
      {
        at,
        object: { tea: ["茶", 1] },
        list: ["a"],
        words,
        ids: [mira],
        instants: [at],
        nested: [[1, 2], [3, 4]],
        flags: [true, false],
        number: 3,
        bigint: 10,
        flag: false,
        nothing: null,
        bytes: new Uint8Array([104, 105]),
        manyBytes: [new Uint8Array([104, 105])],
      },
    ]);
  });

  test("counts the rows a write touched", async () => {
    await addUser(mira, "mira");
    await addUser(tomas, "tomas");
    const { numUpdatedRows } = await database.db.updateTable("users").set({ locale: "zh-CN" }).executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(2n);
  });

  test("runs several statements in one text, for the last one's rows", async () => {
    const { rows } = await sql`create temporary table tea (kind text); insert into tea values ('green'); select kind from tea; `.execute(database.db);
    expect(rows).toEqual([{ kind: "green" }]);
  });

  test("an error of Postgres is the same class, with its code and its constraint", async () => {
    await addUser(mira, "mira");
    const error: unknown = await addUser(tomas, "mira").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(pg.DatabaseError);
    expect(error).toMatchObject({ code: "23505", constraint: "users_username_key_key", table: "users" });
  });

  test("an error says where in our code it was asked", async () => {
    const error = await sql`select nonsense`.execute(database.db).catch((error: unknown) => error);
    expect(error).toHaveProperty("stack", expect.stringContaining("open.test.ts"));
  });

  test("a transaction that throws leaves nothing", async () => {
    const doing = database.db.transaction().execute(async (trx) => {
      await addUser(mira, "mira", trx);
      throw new Error("changed my mind");
    });
    await expect(doing).rejects.toThrow("changed my mind");
    expect(await usernames()).toEqual([]);
  });

  test("a transaction that swallowed a failed statement isn't reported as committed", async () => {
    const doing = database.db.transaction().execute(async (trx) => {
      await addUser(mira, "mira", trx);
      await addUser(tomas, "mira", trx).catch(() => {});
    });
    await expect(doing).rejects.toThrow(AbortedTransactionError);
    expect(await usernames()).toEqual([]);
  });

  test("what is rolled back to a savepoint is undone, the rest is kept", async () => {
    const trx = await database.db.startTransaction().execute();
    await addUser(mira, "mira", trx);
    const saved = await trx.savepoint("before").execute();
    await addUser(tomas, "mira", saved).catch(() => {});
    const back = await saved.rollbackToSavepoint("before").execute();
    await addUser(tomas, "tomas", back);
    await back.commit().execute();
    expect(await usernames()).toEqual(["mira", "tomas"]);
  });

  test("transactions asked for at once don't see each other's half", async () => {
    const add = (id: string, username: string, fails: boolean) =>
      database.db.transaction().execute(async (trx) => {
        await addUser(id, username, trx);
        await sql`select 1`.execute(trx);
        if (fails) throw new Error("changed my mind");
      });
    await Promise.allSettled([add(mira, "mira", true), add(tomas, "tomas", false)]);
    expect(await usernames()).toEqual(["tomas"]);
  });

  test("queries sent at once through one transaction are answered each with its own", async () => {
    const numbers = await database.db.transaction().execute((trx) =>
      Promise.all(Array.from({ length: 20 }, async (_, n) => (await sql<{ n: number }>`select ${n}::int4 as n`.execute(trx)).rows[0]?.n)),
    );
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test("a query on the database inside a transaction's callback is refused instead of waiting for ever", async () => {
    const doing = database.db.transaction().execute(() => usernames());
    await expect(doing).rejects.toThrow("use the transaction you were given");
    expect(await usernames()).toEqual([]);
  });

  test("work that a transaction started may use the database once the transaction is over", async () => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const over = Promise.withResolvers<void>();
    await database.db.transaction().execute(async () => {
      void over.promise.then(usernames).then(resolve);
    });
    over.resolve();
    expect(await promise).toEqual([]);
  });

  test("a read-only transaction refuses to write, a repeatable one sees one snapshot", async () => {
    await expect(database.db.transaction().setAccessMode("read only").execute((trx) => addUser(mira, "mira", trx))).rejects.toMatchObject({ code: "25006" });
    const level = await database.db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(async (trx) => (await sql`show transaction_isolation`.execute(trx)).rows);
    expect(level).toEqual([{ transaction_isolation: "repeatable read" }]);
  });

  test("a closed database refuses", async () => {
    const closed = await openTestDatabase(kind);
    await closed.close();
    expect(await closed.ready()).toBe(false);
    await expect(sql`select 1`.execute(closed.db)).rejects.toThrow("closed");
  });
});
