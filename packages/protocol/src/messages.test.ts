import { addMember } from "@tertulia/core/members/add-member";
import { deleteMessage } from "@tertulia/core/messages/delete-message";
import { editMessage } from "@tertulia/core/messages/edit-message";
import { postMessage } from "@tertulia/core/messages/post-message";
import { addPin } from "@tertulia/core/pins/add-pin";
import { removePin } from "@tertulia/core/pins/remove-pin";
import { addReaction } from "@tertulia/core/reactions/add-reaction";
import { removeReaction } from "@tertulia/core/reactions/remove-reaction";
import { updateRoom } from "@tertulia/core/rooms/update-room";
import { PostableType } from "@tertulia/model/messages";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, setStage } from "../test/stage.ts";
import type { ServerFrame } from "./frames.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const post = (data: object = {}) => ({ room_id: stage.cast.room.id, content: "Tea?", message_type: "text", ...data });

describe("posting", () => {
  test("[M1, M2] is answered once it is stored, and everyone hears the message, the sender included", async () => {
    const { mira, tomas, room } = stage.cast;
    await using miras = await stage.enter(mira);
    await using tomases = await stage.enter(tomas);
    const id = crypto.randomUUID();
    const answer = await miras.asks("message", post({ metadata: { steep: [3, { minutes: true }] } }), { id });
    const { data } = await tomases.hears("message", ({ data: { message } }) => message.client_id === id);
    const { seq, message } = data;
    expect(answer).toMatchObject({ type: "message_received", id, data: { message_id: message.id, timestamp: message.created_at, seq } });
    expect(message).toEqual({
      id: message.id, room_id: room.id, user_id: mira.account.id, username: "mira", avatar_url: null, content: "Tea?", message_type: "text",
      reply_to_message_id: null, reply_to_username: null, is_edited: false, created_at: expect.any(String), updated_at: message.created_at,
      metadata: { steep: [3, { minutes: true }] }, attachments: [], seq, client_id: id,
      display_name: "Mira", role: "user", status: "sent", thread_root_id: null, reply_count: 0, reactions: [], mentions: [], mentions_room: false, run: null, variants: [], deleted_at: null,
    });
    expect((await miras.hears("message", ({ data: own }) => own.message.client_id === id)).data.message).toEqual(message);
  });

  test.each(PostableType.options)("[M6] of the type %s", async (message_type) => {
    await using miras = await stage.enter(stage.cast.mira);
    await miras.asks("message", post({ message_type }));
    expect((await miras.hears("message")).data.message.message_type).toBe(message_type);
  });

  test("[M3] the same id again is the same message, with other content a conflict", async () => {
    await using miras = await stage.enter(stage.cast.mira);
    const id = crypto.randomUUID();
    const first = await miras.asks("message", post(), { id });
    const second = await miras.asks("message", post(), { id });
    expect(second.data).toEqual(first.data);
    expect((await miras.asks("message", post({ content: "Coffee?" }), { id })).data).toMatchObject({ code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" }, request_id: id });
    await miras.posts(stage.cast.room.id, "Last");
    await miras.hears("message", ({ data }) => data.message.content === "Last");
    expect(miras.frames("message").map(({ data }) => data.message.content)).toEqual(["Tea?", "Last"]);
  });

  test("[M3, E2] any text is an id", async () => {
    await using miras = await stage.enter(stage.cast.mira);
    for (const id of ["消息 7", " ", "a".repeat(128), '{"__proto__":1}']) expect(await miras.asks("message", post(), { id })).toMatchObject({ type: "message_received", id });
  });

  test("[M7] a reply names whom it answers; one to another room's message, or to none, is refused", async () => {
    const { mira, tomas, room } = stage.cast;
    const elsewhere = await stage.newRoom();
    await using miras = await stage.enter(mira);
    await using tomases = await stage.enter(tomas);
    const { data: question } = await miras.posts(room.id, "Who is there?");
    const reply_to_message_id = Reflect.get(question, "message_id");
    await tomases.posts(room.id, "Me", { reply_to_message_id });
    expect((await miras.hears("message", ({ data }) => data.message.content === "Me")).data.message).toMatchObject({ reply_to_message_id, reply_to_username: "mira" });
    const nowhere = await tomases.posts(elsewhere, "Me too", { reply_to_message_id });
    expect(nowhere.data).toMatchObject({ code: "MESSAGE_NOT_FOUND", details: { message_id: reply_to_message_id } });
    expect((await tomases.posts(room.id, "Me", { reply_to_message_id: crypto.randomUUID() })).data).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
  });

  test("a reply in a thread says so, and how many there are by then", async () => {
    const { mira, room } = stage.cast;
    await using miras = await stage.enter(mira);
    const { data: root } = await miras.posts(room.id, "Who brings cake?");
    const thread_root_id = Reflect.get(root, "message_id");
    await miras.posts(room.id, "I do", { thread_root_id });
    const { data } = await miras.hears("message", ({ data: { message } }) => message.content === "I do");
    expect(data).toMatchObject({ message: { thread_root_id }, thread: { root_id: thread_root_id, reply_count: 1 } });
  });

  test("[M8, B8] whoever isn't in a room can't post there: of a private one they learn nothing", async () => {
    const { wen } = stage.cast;
    await using wens = await stage.enter(wen);
    const [open, hidden, nowhere] = [await stage.newRoom(), await stage.newRoom({ isPrivate: true }), crypto.randomUUID()];
    const told = async (room_id: string) => JSON.stringify((await wens.asks("message", post({ room_id }), { id: `into ${room_id}` })).data).replaceAll(room_id, "ROOM");
    expect(await told(hidden)).toBe(await told(nowhere));
    expect(JSON.parse(await told(hidden))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    expect(JSON.parse(await told(open))).toMatchObject({ code: "PERMISSION_DENIED" });
  });

  test("[M8] a member without the right to post is refused", async () => {
    const { mira, tomas } = stage.cast;
    const roomId = await stage.newRoom();
    await updateRoom(stage.server.core, mira.actor, { roomId, settings: { whoCanPost: "admins" } });
    await using tomases = await stage.enter(tomas);
    expect((await tomases.posts(roomId, "Me too")).data).toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

test("[M9, M4] each later change of a message has a frame, and each frame its place, without gaps", async () => {
  const { mira, tomas, wen } = stage.cast;
  const { core } = stage.server;
  const roomId = await stage.newRoom();
  await using tomases = await stage.enter(tomas);
  const { id: messageId } = await postMessage(core, mira.actor, { roomId, clientId: crypto.randomUUID(), content: "Tee?", type: "text" });
  await editMessage(core, mira.actor, { messageId, content: "Tea?" });
  await addReaction(core, mira.actor, { messageId, emoji: "🫖" });
  await removeReaction(core, mira.actor, { messageId, emoji: "🫖" });
  await addPin(core, mira.actor, { messageId });
  await removePin(core, mira.actor, { messageId });
  await addMember(core, mira.actor, { roomId, userId: wen.account.id });
  await deleteMessage(core, mira.actor, { messageId });
  await tomases.hears("message_deleted");
  const told = tomases.heard.filter(({ data }) => "seq" in data);
  const first = Reflect.get(told[0]?.data ?? {}, "seq");
  expect(told.map(({ type, data }) => [type, Reflect.get(data, "seq") - first])).toEqual([
    ["message", 0], ["message_updated", 1], ["reaction_added", 2], ["reaction_removed", 3], ["pin_added", 4], ["pin_removed", 5], ["user_joined", 6], ["message_deleted", 7],
  ]);
  const { id, username } = mira.account;
  expect(tomases.frames("message_updated")[0]?.data.message).toMatchObject({ id: messageId, content: "Tea?", is_edited: true, seq: first });
  expect(tomases.frames("reaction_added")[0]?.data).toEqual({ room_id: roomId, message_id: messageId, emoji: "🫖", user: { id, username, avatar_url: null }, seq: first + 2 });
  expect(tomases.frames("pin_added")[0]?.data).toEqual({ room_id: roomId, message_id: messageId, user_id: id, seq: first + 4 });
  expect(tomases.frames("message_deleted")[0]?.data).toEqual({ room_id: roomId, message_id: messageId, seq: first + 7 });
});

describe("[E6] the order of answers", () => {
  test("is the order of the requests, whatever each of them takes", async () => {
    const { mira } = stage.cast;
    const locked = await stage.newRoom({ password: "chamomile" });
    await using miras = await stage.enter(mira);
    await using wens = await stage.enter(stage.cast.wen);
    const ids = [
      wens.say("join_room", { room_id: locked, password: "chamomile" }),
      wens.say("message", post({ room_id: locked, content: "Here I am" })),
      wens.say("ping"),
      wens.say("dance"),
      wens.say("message", post({ room_id: locked, content: "And again" })),
      wens.say("leave_room", { room_id: locked }),
      wens.say("message", post({ room_id: locked, content: "Am I gone?" })),
    ];
    await wens.until((heard) => heard.some((frame) => frame.type === "error" && frame.data.request_id === ids[6]));
    const requestOf = (frame: (typeof wens.heard)[number]) => (frame.type === "error" ? frame.data.request_id : frame.id.replace(/^pong_/, ""));
    const answered = wens.heard.filter((frame) => ids.includes(requestOf(frame) ?? ""));
    expect(answered.map(requestOf)).toEqual(ids);
    expect(answered.map(({ type }) => type)).toEqual(["join_success", "message_received", "pong", "error", "message_received", "leave_success", "error"]);
    await miras.hears("message", ({ data }) => data.message.content === "And again");
  });

  test("the answer to a message comes before its copy, however many are under way and however they differ", async () => {
    const { mira, tomas } = stage.cast;
    const kinds = fc.array(fc.constantFrom("new", "reply", "again", "bad", "elsewhere"), { minLength: 5, maxLength: 30 });
    const [roomId, otherId] = [await stage.newRoom(), await stage.newRoom()];
    await using miras = await stage.enter(mira);
    await using tomases = await stage.enter(tomas);
    const { data } = await miras.posts(roomId, "The first");
    const known = crypto.randomUUID();
    await miras.asks("message", post({ room_id: roomId, content: "known" }), { id: known });
    await fc.assert(
      fc.asyncProperty(kinds, async (chosen) => {
        const heard = miras.heard.length;
        for (const kind of chosen) {
          const content = kind === "bad" ? "" : kind === "again" ? "known" : `${kind} ${crypto.randomUUID()}`;
          const more = kind === "reply" ? { reply_to_message_id: Reflect.get(data, "message_id") } : {};
          miras.say("message", post({ room_id: kind === "elsewhere" ? otherId : roomId, content, ...more }), { id: kind === "again" ? known : crypto.randomUUID() });
        }
        await miras.reached();
        const stored = chosen.filter((kind) => kind !== "bad" && kind !== "again").length;
        await miras.until((all) => all.slice(heard).filter(({ type }) => type === "message").length === stored);
        expect(copiesBeforeTheirAnswer(miras.heard.slice(heard))).toEqual([]);
      }),
      { numRuns: 20 },
    );
    const said = miras.frames("message").map(({ data: { message } }) => message.client_id);
    await tomases.until((heard) => heard.filter(({ type }) => type === "message").length === said.length);
    for (const room_id of [roomId, otherId]) {
      const inRoom = (client: typeof miras) => client.frames("message").filter(({ data: { message } }) => message.room_id === room_id).map(({ data: { seq } }) => seq);
      expect(inRoom(tomases)).toEqual(inRoom(miras));
      expect(inRoom(miras)).toEqual(inRoom(miras).toSorted((a, b) => a - b));
    }
  });
});

function copiesBeforeTheirAnswer(heard: ServerFrame[]): (string | null)[] {
  const answered = new Set<string | null>();
  return heard.flatMap((frame) => {
    if (frame.type === "message_received") answered.add(frame.id);
    return frame.type === "message" && !answered.has(frame.data.message.client_id) ? [frame.data.message.client_id] : [];
  });
}
