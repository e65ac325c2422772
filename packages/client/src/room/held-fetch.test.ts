import { postMessage } from "@tertulia/core/messages/post-message";
import type { Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { Screen } from "@tertulia/testing/drivers/screen";
import { howMuch } from "@tertulia/testing/how-much";
import { measured } from "@tertulia/testing/measured";
import { Oracle, type Told } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { Pauses, points } from "@tertulia/testing/pauses";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newRoomOf } from "../../test/new-room.ts";

/** Said in one room; then tomas opens the next. */
const PER_ROOM = 50;

const pauses = new Pauses();
let database: Database;
let server: Awaited<ReturnType<typeof startTestServer>>;
let cast: Cast;

beforeAll(async () => {
  database = await openTestDatabase();
  server = await startTestServer({ database: pauses.over(database) });
  cast = await gatherCast(server.core);
  vi.stubGlobal("fetch", pauses.fetch(fetch));
  vi.stubGlobal("WebSocket", pauses.socket(WebSocket));
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await server.close();
  await database.close();
});

/** What mira says, and the books of it. */
function talkIn(roomId: string) {
  const oracle = new Oracle();
  const says = async (count: number) => {
    for (const last = oracle.sent + count; oracle.sent < last; ) {
      const content = `said ${oracle.sent}`;
      oracle.sends("mira", content);
      await postMessage(server.core, cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });
      oracle.hearsAcknowledged(content);
    }
  };
  return { oracle, says };
}

const storedIn = (roomId: string): Promise<Told[]> => database.db.selectFrom("messages").select(["content", "seq"]).where("room_id", "=", roomId).orderBy("seq").execute();

const waysUpTo = points.map((point, at) => [point, points.slice(0, at + 1)] as const);

test.for(waysUpTo)("[A12] tomas, who opens a room while mira talks and is held %s, misses nothing and sees nothing twice", async ([point, way]) => {
  const { messages } = howMuch.heldFetch;
  for (let said = 0; said < messages; said += PER_ROOM) {
    const roomId = await newRoomOf(cast, server.core, [cast.tomas]);
    const { oracle, says } = talkIn(roomId);
    const held = way.map((each) => pauses.at(each));
    await using tomas = new Screen({ url: server.url, guest: { username: "tomas", token: cast.tomas.token }, roomId, oracle });
    for (const pause of held) {
      await pause.reached;
      await says(Math.floor(PER_ROOM / (held.length + 1)));
      pause.end();
    }
    // The rest while it goes on.
    await says(PER_ROOM - oracle.sent);
    const stored = await storedIn(roomId);
    await tomas.untilHead(stored.at(-1)?.seq ?? 0);
    expect(oracle.verdict(stored, [await tomas.view()])).toEqual(flawless);
  }
  measured("A12", `the fetch and the follow held ${point}, ${messages} posts: missing 0, doubled 0`);
});
