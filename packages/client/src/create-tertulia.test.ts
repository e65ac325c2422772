import { type Cast, gatherCast, type Person } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../test/until.ts";
import { type Wire, layWire } from "../test/wire.ts";
import { type RoomState, type Tertulia, createTertulia } from "./create-tertulia.ts";

type Server = Awaited<ReturnType<typeof startTestServer>>;

let server: Server;
let cast: Cast;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  server = await startTestServer();
  cast = await gatherCast(server.core);
});
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
afterAll(() => server.close());

function clientOf({ token }: Person, url = server.url): Tertulia {
  const client = createTertulia({ url, token });
  opened.push(client);
  return client;
}

async function wired(): Promise<Wire> {
  const wire = await layWire(server.url);
  opened.push(wire);
  return wire;
}

/** A room of its own for a test, with mira and tomas in it. */
async function newRoom(members: Person[] = [cast.tomas]): Promise<string> {
  await using mira = createTertulia({ url: server.url, token: cast.mira.token });
  const { room } = await mira.trpc.rooms.create.mutate({ kind: "room", title: "Tea", isPrivate: true, memberIds: members.map(({ account }) => account.id) });
  return room.id;
}

const texts = ({ messages }: RoomState) => messages.map(({ content }) => content);
const says = (...wanted: string[]) => (state: RoomState) => JSON.stringify(texts(state)) === JSON.stringify(wanted);
const isReady = ({ status }: RoomState) => status === "ready";

describe("two people in a room", () => {
  it("hear each other, each message once and in order", async () => {
    const roomId = await newRoom();
    const mira = clientOf(cast.mira);
    const tomas = clientOf(cast.tomas);
    const [miras, tomass] = [mira.room(roomId), tomas.room(roomId)];
    await Promise.all([until(miras, isReady), until(tomass, isReady)]);
    mira.post(roomId, { content: "Tea?" });
    await until(tomass, says("Tea?"));
    tomas.post(roomId, { content: "Please." });
    await until(miras, says("Tea?", "Please."));
    expect(miras.get()).toMatchObject({ sending: [], headSeq: miras.get().messages.at(-1)?.seq });
  });
});
