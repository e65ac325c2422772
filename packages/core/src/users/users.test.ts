import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assistant, person, refusalOf } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { updateAccount } from "../accounts/update-account.ts";
import type { Core } from "../core.ts";
import { getUser } from "./get-user.ts";
import { searchUsers } from "./search-users.ts";

describe.each(testDatabases())("users on %s", (kind) => {
  let database: Database;
  let core: Core;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  test("are found by a part of their username or name in any case, beginnings first, assistants too", async () => {
    const mira = await person(core, "mira");
    const word = `w${newId().slice(-10)}`;
    const [inside, begins] = [await person(core, `x${word}`), await person(core, word)];
    const named = await person(core, "lin");
    await updateAccount(core, named, { displayName: `李 ${word.toUpperCase()}` });
    const found = await searchUsers(core, mira, { q: ` @${word.toUpperCase()} ` });
    expect(found[0]).toEqual(begins.user);
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set([begins, inside, named].map(({ user }) => user.id)));
    const quill = await getUser(core, mira, { id: await assistant(core) });
    expect(await searchUsers(core, mira, { q: quill.username })).toEqual([quill]);
    expect(await searchUsers(core, mira, { q: `李 ${word}` })).toHaveLength(1);
  });

  test("are never found by their email, and what is shown has none", async () => {
    const mira = await person(core, "mira");
    expect(await searchUsers(core, mira, { q: `${mira.user.username}@tertulia.test` })).toEqual([]);
    expect(Object.keys(await getUser(core, mira, { id: mira.user.id })).toSorted()).toEqual(["avatarUrl", "displayName", "id", "kind", "username"]);
  });

  test("come at most 20 at a time", async () => {
    const mira = await person(core, "mira");
    for (let number = 0; number < 22; number++) await person(core, "many");
    expect(await searchUsers(core, mira, { q: "many" })).toHaveLength(20);
  });

  test("[B53] are looked for by words as they stand, whatever these mean in SQL", async () => {
    const mira = await person(core, "mira");
    for (const q of ["%", "_", "\\", "'", "100%_\\'; drop table users"]) expect(await searchUsers(core, mira, { q })).toEqual([]);
  });

  test("who don't exist are not found", async () => {
    const id = newId();
    expect(await refusalOf(getUser(core, await person(core, "mira"), { id }))).toMatchObject({ code: "NOT_FOUND", details: { id } });
  });
});
