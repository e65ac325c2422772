import { deleteMessage } from "@tertulia/core/messages/delete-message";
import { listMessages } from "@tertulia/core/messages/list-messages";
import { postMessage } from "@tertulia/core/messages/post-message";
import { deleteRoom } from "@tertulia/core/rooms/delete-room";
import type { Id } from "@tertulia/model/ids";
import type { RefusalCode, RefusalDetails } from "@tertulia/model/refusals";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { can, type Deed, type PostOptions, refusalOf, type Visit } from "./door.ts";
import { doors } from "./doors.ts";
import { heardBy } from "./facts.ts";
import { House } from "./house.ts";

const UNKNOWN = "01a1f883-8af9-710f-9096-e5fbf63e12fd";
const NIL = "00000000-0000-0000-0000-000000000000";

let house: House;
/** Where everything is refused: tomas is a member of `room`; of the others he is not, or they aren't there. */
let places: { room: Id; inRoom: Id; ofTomas: Id; deletedMessage: Id; publicRoom: Id; privateRoom: Id; inPrivateRoom: Id; deletedRoom: Id };

beforeAll(async () => {
  house = await House.open();
  const { core } = house;
  const { mira, tomas } = house.cast;
  const say = async (who: typeof mira, roomId: Id) => (await postMessage(core, who.actor, { roomId, clientId: newId(), content: "Tea?", type: "text" })).id;
  const room = await house.newRoom();
  const [publicRoom, privateRoom, deletedRoom] = [await house.newRoom({ isPrivate: false, memberIds: [] }), await house.newRoom({ memberIds: [] }), await house.newRoom()];
  const deletedMessage = await say(tomas, room);
  await deleteMessage(core, tomas.actor, { messageId: deletedMessage });
  await deleteRoom(core, mira.actor, { roomId: deletedRoom });
  places = { room, inRoom: await say(mira, room), ofTomas: await say(tomas, room), deletedMessage, publicRoom, privateRoom, inPrivateRoom: await say(mira, privateRoom), deletedRoom };
});
afterAll(() => house[Symbol.asyncDispose]());

interface RefusedDeed {
  title: string;
  does: Deed;
  attempt(tomas: Visit): Promise<unknown>;
  code: RefusalCode;
  /** In core's words, whatever the door's. Who may not is told no more than that. */
  details?: () => RefusalDetails;
}

const invalid = (field: string, reason: string, more: RefusalDetails = {}) => ({ code: "VALIDATION_FAILED", details: () => ({ field, reason, ...more }) }) as const;
const postOf = (content: string, options?: PostOptions) => (tomas: Visit) => tomas.post(places.room, content, options);
const postTo = (place: () => Id) => (tomas: Visit) => tomas.post(place(), "Tea?");
const noRoom = (place: () => Id) => ({ code: "ROOM_NOT_FOUND", details: () => ({ roomId: place() }) }) as const;
const noMessage = (place: () => Id) => ({ code: "MESSAGE_NOT_FOUND", details: () => ({ messageId: place() }) }) as const;

const refused: RefusedDeed[] = [
  { title: "[M5] more than 10,000 code points", does: "post", attempt: postOf("汉".repeat(10_001)), ...invalid("content", "STRING_TOO_LONG", { limit: 10_000 }) },
  { title: "[M5] nothing at all", does: "post", attempt: postOf(""), ...invalid("content", "REQUIRED_FIELD") },
  { title: "[M5] nothing that can be seen", does: "post", attempt: postOf(" \n\u200b\u202e\u3164"), ...invalid("content", "REQUIRED_FIELD") },
  { title: "[M5] a NUL", does: "post", attempt: postOf("Tea\0"), ...invalid("content", "INVALID_VALUE") },
  { title: "[M5] half a character", does: "post", attempt: postOf("Tea \ud83e"), ...invalid("content", "INVALID_VALUE") },
  { title: "[M6] words of the server's own", does: "post", attempt: postOf("Tea", { type: "system" }), ...invalid("type", "INVALID_ENUM_VALUE") },
  { title: "[M6] a type that isn't one", does: "post", attempt: postOf("Tea", { type: "kettle" }), ...invalid("type", "INVALID_ENUM_VALUE") },
  { title: "[M7] metadata of more than 8 KiB", does: "post", attempt: postOf("Tea", { metadata: { a: "x".repeat(8 * 1024) } }), ...invalid("metadata", "STRING_TOO_LONG", { limit: 8 * 1024 }) },
  { title: "[M7] metadata of nine levels", does: "post", attempt: postOf("Tea", { metadata: nested(9) }), ...invalid("metadata", "INVALID_VALUE") },
  { title: "[E2] a name of more than 128 characters", does: "post", attempt: postOf("Tea", { clientId: "x".repeat(129) }), ...invalid("clientId", "STRING_TOO_LONG", { limit: 128 }) },
  { title: "[M7] a reply to what is no id", does: "post", attempt: postOf("Yes", { replyToId: "the first" }), ...invalid("replyToId", "INVALID_UUID") },
  { title: "[M7] a reply to nil", does: "post", attempt: postOf("Yes", { replyToId: NIL }), ...invalid("replyToId", "INVALID_UUID") },
  { title: "[M7] a reply to a message that isn't there", does: "post", attempt: postOf("Yes", { replyToId: UNKNOWN }), ...noMessage(() => UNKNOWN) },
  { title: "[M7] [B13] a reply to a message of another room", does: "post", attempt: (tomas) => postOf("Yes", { replyToId: places.inPrivateRoom })(tomas), ...noMessage(() => places.inPrivateRoom) },
  { title: "[M7] a reply to a message that was deleted", does: "post", attempt: (tomas) => postOf("Yes", { replyToId: places.deletedMessage })(tomas), ...noMessage(() => places.deletedMessage) },
  { title: "[M8] words in a room that isn't there", does: "post", attempt: postTo(() => UNKNOWN), ...noRoom(() => UNKNOWN) },
  { title: "[M8] words in a private room one isn't in", does: "post", attempt: postTo(() => places.privateRoom), ...noRoom(() => places.privateRoom) },
  { title: "[M8] words in a room that was deleted", does: "post", attempt: postTo(() => places.deletedRoom), ...noRoom(() => places.deletedRoom) },
  { title: "[M8] words in a public room one hasn't joined", does: "post", attempt: postTo(() => places.publicRoom), code: "PERMISSION_DENIED" },
  { title: "[B4] words in a room of no id", does: "post", attempt: postTo(() => "the-kitchen"), ...invalid("roomId", "INVALID_UUID") },
  { title: "[B4] words in a room called nil", does: "post", attempt: postTo(() => NIL), ...invalid("roomId", "INVALID_UUID") },
  { title: "[B12] an edit of another's message", does: "edit", attempt: (tomas) => tomas.edit(places.inRoom, "Mine"), code: "PERMISSION_DENIED" },
  { title: "[B12] an edit of a deleted message", does: "edit", attempt: (tomas) => tomas.edit(places.deletedMessage, "Still"), ...noMessage(() => places.deletedMessage) },
  { title: "[B12] an edit of a message that isn't there", does: "edit", attempt: (tomas) => tomas.edit(UNKNOWN, "Still"), ...noMessage(() => UNKNOWN) },
  { title: "[B12] an edit of a message in a room one isn't in", does: "edit", attempt: (tomas) => tomas.edit(places.inPrivateRoom, "Still"), ...noMessage(() => places.inPrivateRoom) },
  { title: "[B5] an edit to more than 10,000 code points", does: "edit", attempt: (tomas) => tomas.edit(places.ofTomas, "汉".repeat(10_001)), ...invalid("content", "STRING_TOO_LONG", { limit: 10_000 }) },
  { title: "[B2] an edit to nothing", does: "edit", attempt: (tomas) => tomas.edit(places.ofTomas, "\u200b"), ...invalid("content", "REQUIRED_FIELD") },
  { title: "[B12] deleting another's message", does: "deleteMessage", attempt: (tomas) => tomas.deleteMessage(places.inRoom), code: "PERMISSION_DENIED" },
  { title: "[B12] deleting a message twice", does: "deleteMessage", attempt: (tomas) => tomas.deleteMessage(places.deletedMessage), ...noMessage(() => places.deletedMessage) },
  { title: "[B12] deleting a message that isn't there", does: "deleteMessage", attempt: (tomas) => tomas.deleteMessage(UNKNOWN), ...noMessage(() => UNKNOWN) },
  { title: "[B55] a reaction in words", does: "react", attempt: (tomas) => tomas.react(places.inRoom, "nice"), ...invalid("emoji", "INVALID_ENUM_VALUE") },
  { title: "[B55] a reaction of two", does: "react", attempt: (tomas) => tomas.react(places.inRoom, "🫖🫖"), ...invalid("emoji", "INVALID_ENUM_VALUE") },
  { title: "a reaction to a message that isn't there", does: "react", attempt: (tomas) => tomas.react(UNKNOWN, "🫖"), ...noMessage(() => UNKNOWN) },
  { title: "taking back a reaction in a room one isn't in", does: "takeReactionBack", attempt: (tomas) => tomas.takeReactionBack(places.inPrivateRoom, "🫖"), ...noMessage(() => places.inPrivateRoom) },
  { title: "typing in a private room one isn't in", does: "startTyping", attempt: (tomas) => tomas.startTyping(places.privateRoom), ...noRoom(() => places.privateRoom) },
  { title: "typing in a public room one hasn't joined", does: "startTyping", attempt: (tomas) => tomas.startTyping(places.publicRoom), code: "PERMISSION_DENIED" },
  { title: "[R1] reading a private room one isn't in", does: "read", attempt: (tomas) => tomas.read({ roomId: places.privateRoom, id: places.inPrivateRoom, seq: 1 }), ...noRoom(() => places.privateRoom) },
  { title: "[J3] joining a room that isn't there", does: "join", attempt: (tomas) => tomas.join(UNKNOWN), ...noRoom(() => UNKNOWN) },
  { title: "[J3] joining a private room", does: "join", attempt: (tomas) => tomas.join(places.privateRoom), ...noRoom(() => places.privateRoom) },
  { title: "[J3] joining a deleted room", does: "join", attempt: (tomas) => tomas.join(places.deletedRoom), ...noRoom(() => places.deletedRoom) },
  { title: "[J5] leaving a room one isn't in", does: "leave", attempt: (tomas) => tomas.leave(places.privateRoom), ...noRoom(() => places.privateRoom) },
  { title: "removing someone as a member", does: "removeMember", attempt: (tomas) => tomas.removeMember(places.room, house.cast.mira.account.id), code: "PERMISSION_DENIED" },
  { title: "[B66] taking a room over", does: "setRole", attempt: (tomas) => tomas.setRole(places.room, house.cast.tomas.account.id, "OWNER"), code: "PERMISSION_DENIED" },
  { title: "[AI2] stopping an answer that isn't there", does: "stopAnswer", attempt: (tomas) => tomas.stopAnswer(places.room, UNKNOWN), code: "NOT_FOUND" },
];

describe.each(doors.map((door) => ({ door, name: door.name })))("through $name", ({ door }) => {
  test.each(refused.filter(({ does }) => can(door, does)))("$title is refused: $code", async ({ attempt, code, details }) => {
    const refusal = await refusalOf(attempt(await house.visit(door, house.cast.tomas)));
    expect({ code: refusal.code, details: details ? refusal.details : undefined }).toEqual({ code, details: details?.() });
  });

  test("[J4] a room with a password takes whoever knows it", async () => {
    const room = await house.newRoom({ password: "oolong", memberIds: [] });
    const newcomer = await house.newcomer();
    await using guest = await door.enter(house.url, newcomer);
    expect((await refusalOf(guest.join(room))).code).toBe("WRONG_PASSWORD");
    expect((await refusalOf(guest.join(room, "assam"))).code).toBe("WRONG_PASSWORD");
    const tooLong = await refusalOf(guest.join(room, "x".repeat(101)));
    expect({ code: tooLong.code, details: tooLong.details }).toEqual({ code: "VALIDATION_FAILED", details: { field: "password", reason: "STRING_TOO_LONG", limit: 100 } });
    expect(await guest.join(room, "oolong")).toBe(2);
  });

  test("[J5] the last owner can't leave the others", async () => {
    const room = await house.newRoom();
    const mira = await house.visit(door, house.cast.mira);
    expect(await refusalOf(mira.leave(room))).toMatchObject({ code: "CONFLICT", details: { reason: "LAST_OWNER" } });
  });
});

test("[J4] [B35] whoever guesses a password five times has to wait, by whichever doors they came", async () => {
  const room = await house.newRoom({ password: "oolong", memberIds: [] });
  const newcomer = await house.newcomer();
  const guests = await Promise.all(doors.map((door) => door.enter(house.url, newcomer)));
  const codes: string[] = [];
  for (let guess = 0; guess < 5; guess++) codes.push((await refusalOf(guestAt(guests, guess).join(room, "assam"))).code);
  expect(codes).toEqual(Array.from({ length: 5 }, () => "WRONG_PASSWORD"));
  for (const guest of guests) {
    const { code, details } = await refusalOf(guest.join(room, "oolong"));
    expect({ code, details }).toEqual({ code: "RATE_LIMITED", details: { limit: 5, resetAt: expect.any(String), retryAfterMs: expect.any(Number) } });
    await guest[Symbol.asyncDispose]();
  }
});

const pairs = doors.flatMap((first) => doors.map((second) => ({ first, second, one: first.name, other: second.name })));

describe.each(pairs)("first through $one, then through $other", ({ first, second }) => {
  test("[M3] the same message under the same name is the same message; other words under it are refused", async () => {
    const room = await house.newRoom();
    const [before, after] = [await house.visit(first, house.cast.tomas), await house.visit(second, house.cast.tomas)];
    const clientId = newId();
    const posted = await before.post(room, "Tea?", { clientId });
    expect(await after.post(room, "Tea?", { clientId })).toEqual(posted);
    expect(await refusalOf(after.post(room, "Coffee?", { clientId }))).toMatchObject({ code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } });
    const { items } = await listMessages(house.core, house.cast.mira.actor, { roomId: room });
    expect(items.map(({ content }) => content)).toEqual(["Tea?"]);
  });

  test("what was refused is heard by nobody", async () => {
    const doer = await house.visit(first, house.cast.tomas);
    using ear = await (await house.visit(second, house.cast.mira)).listen(places.room);
    for (const { does, attempt } of refused) if (can(first, does)) await refusalOf(attempt(doer));
    const { id } = await doer.post(places.room, "This was not refused");
    await heardBy(ear, "posted", ({ message }) => message.id === id);
    expect((await ear.facts()).map(({ kind }) => kind)).toEqual(["posted"]);
  });
});

function guestAt(guests: readonly Visit[], at: number): Visit {
  const guest = guests[at % guests.length];
  if (!guest) throw new Error("There is no door.");
  return guest;
}

/** An object so many levels deep. */
function nested(levels: number): Record<string, unknown> {
  return levels === 1 ? {} : { in: nested(levels - 1) };
}
