import { addMember } from "@tertulia/core/members/add-member";
import { removeMember } from "@tertulia/core/members/remove-member";
import { setRole } from "@tertulia/core/members/set-role";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { deleteRoom } from "@tertulia/core/rooms/delete-room";
import { joinRoom } from "@tertulia/core/rooms/join-room";
import { restoreRoom } from "@tertulia/core/rooms/restore-room";
import { updateRoom } from "@tertulia/core/rooms/update-room";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "../test/client.ts";
import { type Stage, setStage } from "../test/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

describe("joining", () => {
  test("[J1] answers the joiner and tells every other member, both with the count after it", async () => {
    const { mira, wen } = stage.cast;
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(mira);
    await using wens = await stage.enter(wen);
    const answer = await wens.asks("join_room", { room_id: roomId, password: null }, { id: "join_1" });
    const { data } = await miras.hears("user_joined");
    expect(answer).toMatchObject({ type: "join_success", id: "join_1", data: { room_id: roomId, room_name: "Cake", member_count: 3, head_seq: data.seq } });
    const { id, username } = wen.account;
    expect(data).toEqual({ room_id: roomId, user: { id, username, avatar_url: null, joined_at: expect.any(String) }, member_count: 3, added_by: null, seq: data.seq });
    await miras.posts(roomId, "Welcome!");
    await wens.hears("message", ({ data: { message } }) => message.content === "Welcome!");
    expect(wens.frames("user_joined")).toEqual([]);
  });

  test("[J1, auth A4] from the answer's head_seq on the joiner hears everything, however late the room's own note of it comes", async () => {
    const { core } = stage.server;
    const listen = core.bus.listen.bind(core.bus);
    const notes: (() => void)[] = [];
    const late: typeof listen = (channel, id, hear) => listen(channel, id, (note) => (channel === "user" ? notes.push(() => hear(note)) : hear(note)));
    core.bus.listen = late;
    await using wens = await stage.enter(stage.cast.wen);
    core.bus.listen = listen;
    const roomId = await stage.newRoom();
    const { data } = await wens.asks("join_room", { room_id: roomId });
    await wens.posts(roomId, "Hello!");
    await wens.posts(roomId, "Is anyone there?");
    for (const tell of notes.splice(0)) tell();
    await wens.hears("room_joined", ({ data: { room } }) => room.id === roomId);
    await wens.reached();
    const head = Number(Reflect.get(data, "head_seq"));
    expect(wens.heard.filter(({ type }) => type !== "pong" && type !== "presence_update").map((frame) => [frame.type, Reflect.get(frame.data, "head_seq") ?? Reflect.get(frame.data, "seq")])).toEqual([
      ["join_success", head], ["room_joined", head], ["message_received", head + 1], ["message", head + 1], ["message_received", head + 2], ["message", head + 2],
    ]);
  });

  test("[J1, auth A4] someone's other sockets are told of the room, and hear it from then on", async () => {
    const { mira, wen } = stage.cast;
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(mira);
    await using phone = await stage.enter(wen);
    await using laptop = await stage.enter(wen);
    const { data } = await phone.asks("join_room", { room_id: roomId });
    const { data: joined } = await laptop.hears("room_joined", ({ data: { room } }) => room.id === roomId);
    expect(joined).toMatchObject({ room: { id: roomId, name: "Cake", description: "", is_private: false, member_count: 3 }, head_seq: Reflect.get(data, "head_seq") });
    await miras.posts(roomId, "Welcome!");
    await laptop.hears("message", ({ data: { message } }) => message.content === "Welcome!");
    expect(laptop.frames("user_joined")).toEqual([]);
  });

  test("[auth A4] whoever is added by another hears the room from then on, and the others who added them", async () => {
    const { mira, tomas, wen } = stage.cast;
    const roomId = await stage.newRoom({ isPrivate: true });
    await using tomases = await stage.enter(tomas);
    await using wens = await stage.enter(wen);
    await addMember(stage.server.core, mira.actor, { roomId, userId: wen.account.id });
    await wens.hears("room_joined", ({ data: { room } }) => room.id === roomId);
    expect((await tomases.hears("user_joined")).data).toMatchObject({ user: { username: "wen" }, added_by: mira.account.id });
    await tomases.posts(roomId, "Welcome!");
    await wens.hears("message", ({ data: { message } }) => message.content === "Welcome!");
  });

  test("[J2] again says the same, and announces nothing", async () => {
    const { mira, wen } = stage.cast;
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(mira);
    await using wens = await stage.enter(wen);
    const first = await wens.asks("join_room", { room_id: roomId });
    const second = await wens.asks("join_room", { room_id: roomId });
    expect(second.data).toEqual(first.data);
    await miras.posts(roomId, "Welcome!");
    await miras.hears("message");
    expect(miras.frames("user_joined")).toHaveLength(1);
  });

  test("[J3, B8] a room that doesn't exist, was deleted, or is private is refused in the same bytes but for its id", async () => {
    const { mira, wen } = stage.cast;
    const [privateRoom, deleted] = [await stage.newRoom({ isPrivate: true }), await stage.newRoom()];
    await deleteRoom(stage.server.core, mira.actor, { roomId: deleted });
    await using wens = await stage.enter(wen);
    const refused = await Promise.all(
      [privateRoom, deleted, crypto.randomUUID()].map(async (roomId) => {
        const { type, timestamp, data } = await wens.asks("join_room", { room_id: roomId }, { id: `join ${roomId}` });
        return JSON.stringify({ type, timestamp, data }).replaceAll(roomId, "ROOM");
      }),
    );
    expect(new Set(refused).size).toBe(1);
    expect(JSON.parse(refused[0] ?? "")).toMatchObject({ type: "error", data: { code: "ROOM_NOT_FOUND", message: "Room not found", details: { room_id: "ROOM" }, request_id: "join ROOM" } });
  });

  test("[J4] a password room opens to its password alone, and 5 wrong ones a minute are the end of trying", async () => {
    const { wen } = stage.cast;
    const roomId = await stage.newRoom({ isPrivate: true, password: "chamomile" });
    await using wens = await stage.enter(wen);
    const tries = async (password: string | null | undefined) => {
      const { type, data } = await wens.asks("join_room", { room_id: roomId, ...(password !== undefined && { password }) });
      return type === "error" ? Reflect.get(data, "code") : type;
    };
    expect([await tries(undefined), await tries(null), await tries("")]).toEqual(["WRONG_PASSWORD", "WRONG_PASSWORD", "WRONG_PASSWORD"]);
    for (let wrong = 0; wrong < 5; wrong++) expect(await tries("mint")).toBe("WRONG_PASSWORD");
    expect(await tries("chamomile")).toBe("RATE_LIMITED");
    await stage.pass(60_000, wens);
    expect(await tries("chamomile")).toBe("join_success");
  });
});

describe("leaving", () => {
  test("[J5] answers the leaver and tells the rest, both with the count after it", async () => {
    const { mira, tomas } = stage.cast;
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(mira);
    await using tomases = await stage.enter(tomas);
    await using phone = await stage.enter(tomas);
    const answer = await tomases.asks("leave_room", { room_id: roomId });
    expect(answer).toMatchObject({ type: "leave_success", data: { room_id: roomId, member_count: 1 } });
    const { data } = await miras.hears("user_left");
    const { id, username } = tomas.account;
    expect(data).toEqual({ room_id: roomId, user: { id, username, avatar_url: null, left_at: expect.any(String) }, member_count: 1, removed_by: null, seq: data.seq });
    for (const his of [tomases, phone]) await his.hears("room_left", ({ data: { room_id } }) => room_id === roomId);
    await miras.posts(roomId, "Is he gone?");
    for (const his of [tomases, phone]) {
      await his.reached();
      expect([...his.frames("message"), ...his.frames("user_left")]).toEqual([]);
    }
  });

  test("[J5] is refused to whoever isn't in it, of a public room and a private one alike", async () => {
    const { wen } = stage.cast;
    await using wens = await stage.enter(wen);
    for (const roomId of [await stage.newRoom(), await stage.newRoom({ isPrivate: true }), crypto.randomUUID()]) {
      expect((await wens.asks("leave_room", { room_id: roomId })).data).toMatchObject({ code: "ROOM_NOT_FOUND", details: { room_id: roomId } });
    }
  });

  test("[J5] is refused to the last owner while others are there", async () => {
    const { mira, tomas } = stage.cast;
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(mira);
    expect((await miras.asks("leave_room", { room_id: roomId })).data).toMatchObject({ code: "CONFLICT", details: { reason: "LAST_OWNER" } });
    await setRole(stage.server.core, mira.actor, { roomId, userId: tomas.account.id, role: "OWNER" });
    expect((await miras.asks("leave_room", { room_id: roomId })).type).toBe("leave_success");
  });

  test("whoever is removed is told so, and hears nothing more; back again, they hear what is said from then on", async () => {
    const { mira, tomas, wen } = stage.cast;
    const roomId = await stage.newRoom();
    await joinRoom(stage.server.core, wen.actor, { roomId });
    await using wens = await stage.enter(wen);
    await using tomases = await stage.enter(tomas);
    await removeMember(stage.server.core, mira.actor, { roomId, userId: tomas.account.id });
    expect((await wens.hears("user_left")).data).toMatchObject({ user: { username: "tomas" }, removed_by: mira.account.id });
    await tomases.hears("room_left", ({ data: { room_id } }) => room_id === roomId);
    await wens.posts(roomId, "Without him");
    await tomases.asks("join_room", { room_id: roomId });
    await tomases.hears("room_joined", ({ data: { room } }) => room.id === roomId);
    await wens.posts(roomId, "With him");
    await tomases.hears("message", ({ data: { message } }) => message.content === "With him");
    expect(tomases.frames("message")).toHaveLength(1);
  });
});

describe("a room that changes", () => {
  test("[J6] is told as it is now, with the new values of what changed alone", async () => {
    const { mira, tomas } = stage.cast;
    const roomId = await stage.newRoom();
    await using tomases = await stage.enter(tomas);
    await updateRoom(stage.server.core, mira.actor, { roomId, title: "Cake at five", password: "chamomile" });
    const { data } = await tomases.hears("room_updated");
    expect(data.room).toMatchObject({ id: roomId, name: "Cake at five", description: "", is_private: false, member_count: 2, updated_at: expect.any(String) });
    expect(data.changes).toEqual({ name: "Cake at five", has_password: true });
    expect(data.seq).toBeGreaterThan(0);
  });

  test("and one whose people change, or that is deleted and restored, keeps everyone's copy true", async () => {
    const { mira, tomas } = stage.cast;
    const roomId = await stage.newRoom();
    await using tomases = await stage.enter(tomas);
    await setRole(stage.server.core, mira.actor, { roomId, userId: tomas.account.id, role: "ADMIN" });
    expect((await tomases.hears("member_updated")).data).toMatchObject({ room_id: roomId, user_id: tomas.account.id, role: "ADMIN" });
    await deleteRoom(stage.server.core, mira.actor, { roomId });
    expect((await tomases.hears("room_deleted")).data).toMatchObject({ room_id: roomId });
    await restoreRoom(stage.server.core, mira.actor, { roomId });
    await tomases.hears("room_joined", ({ data: { room } }) => room.id === roomId);
    await using miras = await stage.enter(mira);
    await miras.posts(roomId, "Back again");
    await tomases.hears("message", ({ data: { message } }) => message.content === "Back again");
    expect(tomases.frames("room_left")).toEqual([]);
  });
});

test("[auth A4] on connect every room of one's is heard, and no other", async () => {
  const { mira, tomas, wen } = stage.cast;
  const rooms = await Promise.all(Array.from({ length: 5 }, () => stage.newRoom({ isPrivate: true })));
  const { room: wensOwn } = await createRoom(stage.server.core, wen.actor, { kind: "room", title: "Secrets", isPrivate: true });
  await using tomases = await stage.enter(tomas);
  await using miras = await stage.enter(mira);
  await using wens = await stage.enter(wen);
  await wens.posts(wensOwn.id, "Nobody hears this");
  for (const roomId of rooms) await miras.posts(roomId, `In ${roomId}`);
  await tomases.until((heard) => heard.filter(({ type }) => type === "message").length === rooms.length);
  await tomases.reached();
  expect(tomases.frames("message").map(({ data }) => data.message.content)).toEqual(rooms.map((roomId) => `In ${roomId}`));
});

test("[auth A4] who says nothing hears what happened since they connected, ten seconds later", async () => {
  const { mira, tomas } = stage.cast;
  await using silent = await Client.open(stage.server.url, { clock: stage.clock, headers: { authorization: `Bearer ${tomas.token}` } });
  await using miras = await stage.enter(mira);
  await miras.posts(stage.cast.room.id, "Are you there?");
  await miras.hears("message");
  await stage.pass(9_000, miras, silent);
  expect(silent.heard).toEqual([]);
  await stage.pass(1_000, miras, silent);
  await silent.hears("message", ({ data: { message } }) => message.content === "Are you there?");
});
