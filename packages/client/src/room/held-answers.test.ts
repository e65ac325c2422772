import { editMessage } from "@tertulia/core/messages/edit-message";
import { postMessage } from "@tertulia/core/messages/post-message";
import { leaveRoom } from "@tertulia/core/rooms/leave-room";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import type { Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { type Guest, gatherCrowd } from "@tertulia/testing/crowd";
import { type Line, layLine } from "@tertulia/testing/line";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { until } from "@tertulia/testing/until";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { holdAnswer } from "../../test/held-answers.ts";
import { newRoomOf } from "../../test/new-room.ts";
import { isReady, texts } from "../../test/shown.ts";
import { type LiveRoom, createTertulia } from "../create-tertulia.ts";

let database: Database;
let server: Awaited<ReturnType<typeof startTestServer>>;
let cast: Cast;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  server = await startTestServer({ database });
  cast = await gatherCast(server.core);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
afterAll(async () => {
  await server.close();
  await database.close();
});

async function openedRoom(roomId: string, { token }: { token: string }, url = server.url): Promise<LiveRoom> {
  const client = createTertulia({ url, token });
  opened.push(client);
  client.connection.subscribe(() => client.connection.retryNow());
  const room = client.room(roomId);
  room.subscribe(() => {});
  await until(room, isReady);
  return room;
}

async function leaves(roomId: string, { token }: Guest): Promise<void> {
  const actor = await actorForToken(server.core, token);
  if (actor) await leaveRoom(server.core, actor, { roomId });
}

it("who leaves while more members are asked for isn't shown among them", async () => {
  const { people, rooms: [roomId = ""] } = await gatherCrowd(database.db, { people: 120 });
  const [first, second] = people;
  if (!first || !second) throw new Error("There is nobody.");
  const room = await openedRoom(roomId, first);
  const shown = new Set(room.get().members.map(({ user }) => user.id));
  const bob = people.find(({ id }) => !shown.has(id)) ?? second;
  const held = holdAnswer("members.list");
  const loading = room.loadMoreMembers();
  await held.reached;
  await leaves(roomId, bob);
  await until(room, (state) => state.room?.memberCount === 119);
  held.end();
  await loading;
  expect(room.get().members.map(({ user }) => user.id).sort()).toEqual(people.map(({ id }) => id).filter((id) => id !== bob.id).sort());
});

/** tomas asks for what is before the newest page while one of its messages is edited; what happens then is too much to be told. */
async function loadOlderOverAGap(line: Line): Promise<LiveRoom> {
  const roomId = await newRoomOf(cast, server.core, [cast.tomas]);
  const say = (content: string, threadRootId?: string) =>
    postMessage(server.core, cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text", ...(threadRootId === undefined ? {} : { threadRootId }) });
  const first = await say("Tea?");
  for (let n = 0; n < 50; n++) await say(`words ${n}`);
  const room = await openedRoom(roomId, cast.tomas, line.url);
  const held = holdAnswer("messages.list");
  const loading = room.loadOlder();
  await held.reached;
  line.refuse();
  line.cut();
  await until(room, ({ catchingUp }) => catchingUp);
  await editMessage(server.core, cast.mira.actor, { messageId: first.id, content: "Coffee?" });
  // Replies stand in their thread alone: the newest page is the same as before.
  const replies = await Promise.all(Array.from({ length: 1_010 }, (_, n) => say(`reply ${n}`, first.id)));
  line.leadTo(server.url);
  await until(room, ({ headSeq }) => headSeq === Math.max(...replies.map(({ seq }) => seq)));
  held.end();
  await loading;
  return room;
}

it("an older page that was read before too much was missed is asked for again", async () => {
  const line = await layLine(server.url);
  opened.push(line);
  const room = await loadOlderOverAGap(line);
  await room.loadOlder();
  expect(texts(room.get()).slice(0, 2)).toEqual(["Coffee?", "words 0"]);
});
