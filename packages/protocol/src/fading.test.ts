import { markRead } from "@tertulia/core/reads/mark-read";
import { gatherCrowd } from "@tertulia/testing/crowd";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, setStage } from "../test/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const personOf = (name: "mira" | "tomas") => {
  const { id, username } = stage.cast[name].account;
  return { id, username, avatar_url: null };
};

describe("typing", () => {
  test("[T1] is told to the others, never back to the typist, and isn't answered", async () => {
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    await using tomases = await stage.enter(stage.cast.tomas);
    await using phone = await stage.enter(stage.cast.tomas);
    tomases.say("typing_start", { room_id: roomId });
    tomases.say("typing_stop", { room_id: roomId });
    await miras.until((heard) => heard.filter(({ type }) => type === "user_typing").length === 2);
    expect(miras.frames("user_typing").map(({ data }) => data)).toEqual([true, false].map((typing) => ({ room_id: roomId, user: personOf("tomas"), typing })));
    for (const his of [tomases, phone]) {
      await his.reached();
      expect(his.heard.filter(({ type }) => type !== "pong" && type !== "presence_update")).toEqual([]);
    }
  });

  test("[T2] a silent typist is announced as stopped after 6 s, repeats within 3 s are not announced", async () => {
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    await using tomases = await stage.enter(stage.cast.tomas);
    const told = () => miras.frames("user_typing").map(({ data }) => data.typing);
    tomases.say("typing_start", { room_id: roomId });
    await miras.hears("user_typing");
    tomases.say("typing_start", { room_id: roomId });
    await tomases.reached();
    await stage.pass(5_000, miras, tomases);
    expect(told()).toEqual([true]);
    await stage.pass(1_000, miras, tomases);
    await miras.hears("user_typing", ({ data }) => !data.typing);
    expect(told()).toEqual([true, false]);
  });

  test.each([
    ["posting", "message"],
    ["leaving", "leave_room"],
    ["disconnecting", null],
  ])("[T2] %s stops it at once", async (_what, type) => {
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    await using tomases = await stage.enter(stage.cast.tomas);
    tomases.say("typing_start", { room_id: roomId });
    await miras.hears("user_typing", ({ data }) => data.typing);
    if (type === null) await tomases.close();
    else await tomases.asks(type, { room_id: roomId, content: "Done", message_type: "text" });
    expect((await miras.hears("user_typing", ({ data }) => !data.typing)).data.user).toEqual(personOf("tomas"));
  });

  test("is refused to whoever isn't in the room", async () => {
    await using wens = await stage.enter(stage.cast.wen);
    const [open, hidden] = [await stage.newRoom(), await stage.newRoom({ isPrivate: true })];
    for (const type of ["typing_start", "typing_stop"]) {
      expect((await wens.asks(type, { room_id: open })).data).toMatchObject({ code: "PERMISSION_DENIED" });
      expect((await wens.asks(type, { room_id: hidden })).data).toMatchObject({ code: "ROOM_NOT_FOUND" });
    }
  });
});

describe("read receipts", () => {
  test("[R1, R2] move the reader forward, never back, and the others are told once per move, with the message read", async () => {
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    await using tomases = await stage.enter(stage.cast.tomas);
    const ids: string[] = [];
    for (const words of ["One", "Two"]) ids.push(Reflect.get((await miras.posts(roomId, words)).data, "message_id"));
    const [first, second] = ids;
    const read_at = new Date(stage.clock.now() - 5_000).toISOString();
    const reads = async (message_id: string | undefined) => {
      tomases.say("read_receipt", { room_id: roomId, message_id, read_at });
      await tomases.reached();
    };
    await reads(second);
    await miras.hears("message_read");
    await reads(second);
    await reads(first);
    await stage.pass(2_000, miras, tomases);
    expect(miras.frames("message_read").map(({ data }) => data)).toEqual([{ room_id: roomId, message_id: second, read_by: personOf("tomas"), read_at }]);
    expect(tomases.heard.filter(({ type }) => type === "message_read" || type === "error")).toEqual([]);
  });

  test("[R1] whoever read in the future has read now", async () => {
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    await using tomases = await stage.enter(stage.cast.tomas);
    const { data } = await miras.posts(roomId, "One");
    tomases.say("read_receipt", { room_id: roomId, message_id: Reflect.get(data, "message_id"), read_at: new Date(stage.clock.now() + 86_400_000).toISOString() });
    expect((await miras.hears("message_read")).data.read_at).toBe(new Date(stage.clock.now()).toISOString());
  });

  test("[R2] at most one a second per reader and room, the last always; by whichever door they were made", async () => {
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    const posted = [];
    for (const words of ["One", "Two", "Three"]) posted.push((await miras.posts(roomId, words)).data);
    for (const { seq } of posted.map((data) => ({ seq: Number(Reflect.get(data, "seq")) }))) await markRead(stage.server.core, stage.cast.tomas.actor, { roomId, seq });
    await miras.hears("message_read");
    await stage.pass(1_000, miras);
    await miras.until((heard) => heard.filter(({ type }) => type === "message_read").length === 2);
    expect(miras.frames("message_read").map(({ data }) => data.message_id)).toEqual([posted[0], posted[2]].map((data) => Reflect.get(data ?? {}, "message_id")));
  });

  test("are refused for a message that isn't in the room", async () => {
    await using miras = await stage.enter(stage.cast.mira);
    const { data } = await miras.posts(await stage.newRoom(), "Elsewhere");
    const receipt = { room_id: await stage.newRoom(), message_id: Reflect.get(data, "message_id"), read_at: new Date(stage.clock.now()).toISOString() };
    expect((await miras.asks("read_receipt", receipt)).data).toMatchObject({ code: "MESSAGE_NOT_FOUND", details: { message_id: receipt.message_id } });
  });
});

describe("presence", () => {
  test("[P1, P2] who comes and goes is told to those who share a room, and to nobody else", async () => {
    const { mira, tomas } = stage.cast;
    const roomId = await stage.newRoom();
    await using miras = await stage.enter(mira);
    await using wens = await stage.enter(stage.cast.wen);
    const about = (status: string) => miras.hears("presence_update", ({ data }) => data.user_id === tomas.account.id && data.room_id === roomId && data.status === status);
    await stage.pass(18_000, miras, wens);
    miras.heard.length = 0;
    const tomases = await stage.enter(tomas);
    await stage.pass(1_000, miras, wens);
    expect((await about("online")).data).toEqual({ room_id: roomId, user_id: tomas.account.id, status: "online", last_seen: expect.any(String), current_room_id: null });
    await tomases.close();
    miras.heard.length = 0;
    await stage.pass(14_000, miras, wens);
    expect(miras.frames("presence_update").map(({ data }) => data.status)).not.toContain("offline");
    await stage.pass(2_000, miras, wens);
    await about("offline");
    await wens.reached();
    expect(wens.frames("presence_update")).toEqual([]);
  });

  test("[P1] who looks at a room is told to its members, and to nobody else", async () => {
    const { mira, tomas, wen } = stage.cast;
    const [roomId, other] = [await stage.newRoom(), await stage.newRoom({ memberIds: [tomas.account.id, wen.account.id] })];
    await using miras = await stage.enter(mira);
    await using wens = await stage.enter(wen);
    await using tomases = await stage.enter(tomas);
    await stage.pass(2_000, miras, wens, tomases);
    tomases.say("set_presence", { status: "online", current_room_id: roomId });
    const looking = { user_id: tomas.account.id, status: "online", last_seen: expect.any(String), current_room_id: roomId };
    expect((await miras.hears("presence_update", ({ data }) => data.current_room_id !== null)).data).toEqual({ room_id: roomId, ...looking });
    expect((await miras.asks("get_presence", { user_ids: [tomas.account.id] })).data).toEqual({ people: [looking] });
    expect((await wens.asks("get_presence", { user_ids: [tomas.account.id] })).data).toEqual({ people: [{ ...looking, current_room_id: null }] });
    tomases.say("set_presence", { status: "away" });
    await stage.pass(2_000, miras, wens, tomases);
    await wens.hears("presence_update", ({ data }) => data.room_id === other && data.user_id === tomas.account.id && data.status === "away");
    expect(wens.frames("presence_update").filter(({ data }) => data.current_room_id !== null)).toEqual([]);
    expect((await wens.asks("set_presence", { status: "online", current_room_id: crypto.randomUUID() })).data).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });

  test("[P1] in a room of more than 200 nobody's is told", async () => {
    const { people } = await gatherCrowd(stage.server.core.db, { people: 201 });
    const [first, second] = people;
    if (!first || !second) throw new Error("There is no crowd");
    await using firsts = await stage.enter(first);
    await using seconds = await stage.enter(second);
    await stage.pass(2_000, firsts, seconds);
    expect([...firsts.frames("presence_update"), ...seconds.frames("presence_update")]).toEqual([]);
  });
});
