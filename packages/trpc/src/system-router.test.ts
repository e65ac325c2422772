import { SystemInfo } from "@tertulia/model/system";
import { gatherCast, type Person } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { expect, test } from "vitest";
import { z } from "zod";
import { call } from "../test/call.ts";

const Told = z.object({ result: z.object({ data: SystemInfo }) });

test("[L1] everyone is told the limits that hold for them, as this server sets them", async () => {
  await using server = await startTestServer({ postsPerMinute: { USER: 1, MODERATOR: 2, ADMIN: 3 }, requestsPerMinute: 50, changesPerMinute: 40, roomsPerHour: 30 });
  const { mira, tomas, room } = await gatherCast(server.core);
  const limitsOf = async (who: Person | null) => Told.parse((await call(server.url, "system.info", undefined, who)).data).result.data.limits;
  expect(await limitsOf(null)).toMatchObject({ postsPerMinute: 1, requestsPerMinute: 50, changesPerMinute: 40, roomsPerHour: 30, messageCodePoints: 10_000 });
  expect(await limitsOf(tomas)).toMatchObject({ postsPerMinute: 1 });
  // Who made the first account is ADMIN.
  expect(await limitsOf(mira)).toMatchObject({ postsPerMinute: 3 });
  const posts = async (who: Person) => {
    const say = async (clientId: string) => (await call(server.url, "messages.post", { roomId: room.id, clientId, content: "Tea?" }, who)).status;
    return [await say("1"), await say("2"), await say("3"), await say("4")];
  };
  expect(await posts(tomas)).toEqual([200, 429, 429, 429]);
  expect(await posts(mira)).toEqual([200, 200, 200, 429]);
});
