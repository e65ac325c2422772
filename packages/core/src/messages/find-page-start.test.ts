import type { Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { castIn, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { findPageStart } from "./find-page-start.ts";
import { postMessage } from "./post-message.ts";

let database: Database;
let core: Core;
beforeAll(async () => {
  database = await openTestDatabase("embedded");
  ({ core } = await openTestCore(database));
});
afterAll(async () => {
  await core.close();
  await database.close();
});

test("a page with a number begins where the one before it ends, in a thread too", async () => {
  const { mira, roomId } = await castIn(core);
  const posted = [];
  for (let nth = 0; nth < 5; nth++) posted.push(await say(core, mira, roomId));
  const root = posted[0]?.id;
  const reply = async () => postMessage(core, mira, { roomId, clientId: newId(), content: "Green?", type: "text", threadRootId: root });
  const replies = [await reply(), await reply()];
  const starts = (numbers: number[], threadRootId?: string) => Promise.all(numbers.map((page) => findPageStart(core, mira, { roomId, threadRootId, page, limit: 2 })));
  expect(await starts([1, 2, 3, 4])).toEqual([undefined, posted[3]?.seq, posted[1]?.seq, 0]);
  expect(await starts([2, 3], root)).toEqual([replies[0]?.seq, 0]);
});

test("it begins nowhere beyond the newest 10,000 messages, and for nobody who isn't in the room", async () => {
  const { mira, wen, roomId } = await castIn(core, { isPrivate: true });
  expect(await findPageStart(core, mira, { roomId, page: 201 })).toBe(0);
  expect(await refusalOf(findPageStart(core, mira, { roomId, page: 202 }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "page" } });
  for (const page of [1, 202]) expect(await refusalOf(findPageStart(core, wen, { roomId, page }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
});
