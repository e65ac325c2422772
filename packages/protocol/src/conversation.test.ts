import { createRoom } from "@tertulia/core/rooms/create-room";
import type { Id } from "@tertulia/model/ids";
import type { CreateRoom } from "@tertulia/model/rooms";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "../test/client.ts";

let server: RunningServer;
let cast: Cast;
beforeAll(async () => {
  server = await startTestServer();
  cast = await gatherCast(server.core);
});
afterAll(() => server.close());

/** A room of its own, mira's, with tomas in it unless it says otherwise. */
async function newRoom(options: Partial<CreateRoom> = {}): Promise<Id> {
  const { room } = await createRoom(server.core, cast.mira.actor, { kind: "room", title: "Cake", memberIds: [cast.tomas.account.id], ...options });
  return room.id;
}

describe("messages", () => {
  test("[M1, M2] what one posts is answered once it is stored, and heard by everyone, the sender included", async () => {
    await using mira = await Client.of(cast.mira, server.url);
    await using tomas = await Client.of(cast.tomas, server.url);
    const id = crypto.randomUUID();
    const data = { room_id: cast.room.id, content: "Tea?", message_type: "text", metadata: { steep: [3] } };
    const answer = await mira.asks("message", data, { id });
    const heard = await tomas.hears("message", ({ data: { message } }) => message.client_id === id);
    expect(answer).toEqual({
      type: "message_received",
      id,
      timestamp: expect.any(String),
      data: { message_id: heard.data.message.id, timestamp: heard.data.message.created_at, seq: heard.data.seq },
    });
    const { id: userId, username } = cast.mira.account;
    expect(heard.data.message).toMatchObject({
      room_id: cast.room.id, user_id: userId, username, avatar_url: null, content: "Tea?", message_type: "text", reply_to_message_id: null, reply_to_username: null,
      is_edited: false, created_at: heard.data.message.updated_at, metadata: { steep: [3] }, attachments: [], seq: heard.data.seq, client_id: id,
    });
    await mira.hears("message", ({ data: { message } }) => message.client_id === id);
  });

  test("[M7] a reply says to whom", async () => {
    await using mira = await Client.of(cast.mira, server.url);
    await using tomas = await Client.of(cast.tomas, server.url);
    const first = await mira.posts(cast.room.id, "Who is there?");
    const reply_to_message_id = "message_id" in first.data ? first.data.message_id : "";
    await tomas.posts(cast.room.id, "Me", { reply_to_message_id });
    const { data } = await mira.hears("message", ({ data: { message } }) => message.content === "Me");
    expect(data.message).toMatchObject({ reply_to_message_id, reply_to_username: "mira" });
  });
});

describe("rooms", () => {
  test("[J1] joining answers the joiner and tells every other member, with the count after it", async () => {
    const roomId = await newRoom();
    await using mira = await Client.of(cast.mira, server.url);
    await using wen = await Client.of(cast.wen, server.url);
    const answer = await wen.asks("join_room", { room_id: roomId, password: null }, { id: "join_1" });
    expect(answer).toMatchObject({ type: "join_success", id: "join_1", data: { room_id: roomId, room_name: "Cake", member_count: 3 } });
    const { data } = await mira.hears("user_joined");
    const { id, username } = cast.wen.account;
    expect(data).toMatchObject({ room_id: roomId, user: { id, username, avatar_url: null, joined_at: expect.any(String) }, member_count: 3 });
    expect(answer.data).toMatchObject({ head_seq: data.seq });
    await mira.posts(roomId, "Welcome!");
    await wen.hears("message", ({ data: { message } }) => message.content === "Welcome!");
    expect(wen.frames("user_joined")).toEqual([]);
  });

  test("[J5] leaving answers the leaver and tells the rest, with the count after it", async () => {
    const roomId = await newRoom();
    await using mira = await Client.of(cast.mira, server.url);
    await using tomas = await Client.of(cast.tomas, server.url);
    const answer = await tomas.asks("leave_room", { room_id: roomId });
    expect(answer).toMatchObject({ type: "leave_success", data: { room_id: roomId, member_count: 1 } });
    const { data } = await mira.hears("user_left");
    expect(data).toMatchObject({ room_id: roomId, user: { username: "tomas", left_at: expect.any(String) }, member_count: 1, removed_by: null });
    await tomas.hears("room_left", ({ data: { room_id } }) => room_id === roomId);
    await mira.posts(roomId, "Is he gone?");
    await tomas.reached();
    expect(tomas.frames("message")).toEqual([]);
    expect(tomas.frames("user_left")).toEqual([]);
  });
});

test("[E8] a ping is answered with the time, and by its own id", async () => {
  await using wen = await Client.of(cast.wen, server.url);
  expect(await wen.asks("ping", {}, { id: "ping_7" })).toMatchObject({ type: "pong", id: "pong_ping_7", data: { ping_id: "ping_7", server_time: expect.any(String) } });
});
