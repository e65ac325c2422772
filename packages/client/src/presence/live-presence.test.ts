import { createRoom } from "@tertulia/core/rooms/create-room";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { until } from "@tertulia/testing/until";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTertulia } from "../create-tertulia.ts";

let server: Awaited<ReturnType<typeof startTestServer>>;
let cast: Cast;

beforeAll(async () => {
  server = await startTestServer();
  cast = await gatherCast(server.core);
});
afterAll(() => server.close());

it("nobody is shown as here once the last direct message is in the archive", async () => {
  const { room } = await createRoom(server.core, cast.tomas.actor, { kind: "dm", memberIds: [cast.mira.account.id] });
  await using mira = createTertulia({ url: server.url, token: cast.mira.token });
  await using tomas = createTertulia({ url: server.url, token: cast.tomas.token });
  await until(mira.connection, ({ status }) => status === "online");
  tomas.presence.subscribe(() => {});
  await until(tomas.presence, (people) => people[cast.mira.account.id]?.status === "online");
  await tomas.trpc.rooms.archive.mutate({ roomId: room.id });
  expect(await until(tomas.presence, (people) => Object.keys(people).length === 0)).toEqual({});
});
