import type { Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { castIn, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { deleteMessage } from "./delete-message.ts";
import { findPlace } from "./find-place.ts";
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

test("a message has its place, in a thread too, and keeps it when it is deleted", async () => {
  const { mira, roomId } = await castIn(core);
  const { id: messageId, seq } = await say(core, mira, roomId);
  const reply = await postMessage(core, mira, { roomId, clientId: newId(), content: "Green?", type: "text", threadRootId: messageId });
  expect(await findPlace(core, mira, { roomId, messageId: reply.id })).toEqual({ seq: reply.seq, threadRootId: messageId });
  await deleteMessage(core, mira, { messageId });
  expect(await findPlace(core, mira, { roomId, messageId })).toEqual({ seq, threadRootId: null });
});

test("[B13] it has none in another room, and none for whoever isn't in its own", async () => {
  const { mira, wen, roomId } = await castIn(core, { isPrivate: true });
  const other = await castIn(core);
  const { id: messageId } = await say(core, other.mira, other.roomId);
  for (const id of [messageId, newId()]) expect(await refusalOf(findPlace(core, mira, { roomId, messageId: id }))).toMatchObject({ code: "MESSAGE_NOT_FOUND", details: { messageId: id } });
  expect(await refusalOf(findPlace(core, wen, { roomId, messageId: (await say(core, mira, roomId)).id }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
});
