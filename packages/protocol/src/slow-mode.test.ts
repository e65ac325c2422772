import { updateRoom } from "@tertulia/core/rooms/update-room";
import { expect, test } from "vitest";
import { setStage } from "../test/stage.ts";

test("slow mode is told as it is set, and holds over every entrance together", async () => {
  await using stage = await setStage();
  const { mira, tomas } = stage.cast;
  const roomId = await stage.newRoom();
  await using miras = await stage.enter(mira);
  await using tomases = await stage.enter(tomas);
  await updateRoom(stage.server.core, mira.actor, { roomId, settings: { slowModeSeconds: 30 } });
  expect((await tomases.hears("room_updated")).data.changes).toEqual({ settings: { assistant_mode: "mention", who_can_post: "everyone", slow_mode_seconds: 30 } });

  const overRest = () =>
    fetch(`${stage.server.url}/api/v1/conversations/${roomId}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${tomas.token}` },
      body: JSON.stringify({ content: "Coffee?" }),
    });
  expect((await tomases.posts(roomId, "Tea?")).type).toBe("message_received");
  expect((await tomases.posts(roomId, "Tea!")).data).toMatchObject({ code: "RATE_LIMITED", details: { limit: 1, reset_time: expect.any(String), retry_after_ms: 30_000 } });
  const refused = await overRest();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "30"]);
  for (const words of ["One", "Two"]) expect((await miras.posts(roomId, words)).type).toBe("message_received");
  await stage.pass(30_000, miras, tomases);
  expect((await overRest()).status).toBe(201);
  expect((await tomases.posts(roomId, "Tea!")).data).toMatchObject({ code: "RATE_LIMITED" });
});
