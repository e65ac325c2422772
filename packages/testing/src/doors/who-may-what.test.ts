import { may, type Right } from "@tertulia/core/policy/policy";
import { setRole } from "@tertulia/core/members/set-role";
import { postMessage } from "@tertulia/core/messages/post-message";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { leaveRoom } from "@tertulia/core/rooms/leave-room";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import type { RefusalCode } from "@tertulia/model/refusals";
import type { GlobalRole } from "@tertulia/model/users";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Guest } from "../crowd.ts";
import { saysWhenTold } from "../model-server/scripts.ts";
import { can, type Deed, type Door, outcomeOf, refusalOf, ToldRefusal, type Visit } from "./door.ts";
import { doors } from "./doors.ts";
import { heardBy } from "./facts.ts";
import { House } from "./house.ts";
import { restDoor } from "./rest-door.ts";

/** Who asks: where they stand towards the room, and what they are on the server. */
interface Standing {
  who: string;
  role: RoomRole | "never in it" | "not in it any more" | "signed out";
  globalRole: GlobalRole;
}

const standings: Standing[] = [
  { who: "someone signed out", role: "signed out", globalRole: "USER" },
  { who: "someone who was never in it", role: "never in it", globalRole: "USER" },
  { who: "someone who isn't in it any more", role: "not in it any more", globalRole: "USER" },
  { who: "a member", role: "MEMBER", globalRole: "USER" },
  { who: "a moderator of the server who is a member", role: "MEMBER", globalRole: "MODERATOR" },
  { who: "an admin of the room", role: "ADMIN", globalRole: "USER" },
  { who: "an owner", role: "OWNER", globalRole: "USER" },
  { who: "an administrator of the server who was never in it", role: "never in it", globalRole: "ADMIN" },
  { who: "an administrator of the server who is a member", role: "MEMBER", globalRole: "ADMIN" },
];

const kinds = ["public room", "private room", "direct message"] as const;
type Kind = (typeof kinds)[number];

/** A room as it is before anyone tries anything: mira's, with tomas in it, unless it is a direct message between her and whoever asks. */
interface Scene {
  roomId: Id;
  /** Mira's. */
  message: { id: Id; seq: number };
  /** Of whoever asks, if they were ever in it. */
  ownMessageId: Id;
  tomasId: Id;
  newcomerId: Id;
}

interface Attempt {
  title: string;
  does: Deed;
  attempt(visit: Visit, scene: Scene): Promise<unknown>;
  /** What it takes beside being in the room; null if nothing. */
  right: Right | null;
  /** Of whose message it is. */
  own?: boolean;
  targetRole?: RoomRole;
  /** What a stranger is told of a public room; of any other it is as if it weren't there. */
  publicly: "PERMISSION_DENIED" | "MESSAGE_NOT_FOUND";
}

const ofRoom = { publicly: "PERMISSION_DENIED" } as const;
const ofMessage = { publicly: "MESSAGE_NOT_FOUND" } as const;

/** In the order they are tried: what ends the membership or the room comes last. */
const attempts: Attempt[] = [
  { title: "see the room", does: "seeRoom", attempt: (visit, { roomId }) => visit.seeRoom(roomId), right: null, ...ofRoom },
  { title: "see who is in it", does: "seeMembers", attempt: (visit, { roomId }) => visit.seeMembers(roomId), right: null, ...ofRoom },
  { title: "see what was said", does: "seeMessages", attempt: (visit, { roomId }) => visit.seeMessages(roomId), right: null, ...ofRoom },
  // The protocol isn't asked to listen: what it tells to whom, see below.
  { title: "listen", does: "seeMessages", attempt: (visit, { roomId }) => visit.listen(roomId), right: null, ...ofRoom },
  { title: "hear all that was missed", does: "seeMessages", attempt: (visit, { roomId }) => visit.resume(roomId, 0), right: null, ...ofRoom },
  { title: "post", does: "post", attempt: (visit, { roomId }) => visit.post(roomId, "Tea?"), right: "post message", ...ofRoom },
  { title: "reply", does: "post", attempt: (visit, { roomId, message }) => visit.post(roomId, "Yes", { replyToId: message.id }), right: "post message", ...ofRoom },
  { title: "edit one's own message", does: "edit", attempt: (visit, { ownMessageId }) => visit.edit(ownMessageId, "Later"), right: "edit message", own: true, ...ofMessage },
  { title: "edit another's message", does: "edit", attempt: (visit, { message }) => visit.edit(message.id, "Mine"), right: "edit message", ...ofMessage },
  { title: "react", does: "react", attempt: (visit, { message }) => visit.react(message.id, "👍"), right: "react", ...ofMessage },
  { title: "take a reaction back", does: "takeReactionBack", attempt: (visit, { message }) => visit.takeReactionBack(message.id, "👍"), right: "react", ...ofMessage },
  { title: "type", does: "startTyping", attempt: (visit, { roomId }) => visit.startTyping(roomId), right: null, ...ofRoom },
  { title: "cease typing", does: "stopTyping", attempt: (visit, { roomId }) => visit.stopTyping(roomId), right: null, ...ofRoom },
  { title: "read", does: "read", attempt: (visit, { roomId, message }) => visit.read({ roomId, ...message }), right: null, ...ofRoom },
  { title: "archive it", does: "archiveRoom", attempt: (visit, { roomId }) => visit.archiveRoom(roomId), right: null, ...ofRoom },
  { title: "take it out of the archive", does: "unarchiveRoom", attempt: (visit, { roomId }) => visit.unarchiveRoom(roomId), right: null, ...ofRoom },
  { title: "rename it", does: "renameRoom", attempt: (visit, { roomId }) => visit.renameRoom(roomId, "Coffee"), right: "update room", ...ofRoom },
  { title: "add someone", does: "addMember", attempt: (visit, { roomId, newcomerId }) => visit.addMember(roomId, newcomerId), right: "add member", ...ofRoom },
  { title: "promote someone", does: "setRole", attempt: (visit, { roomId, tomasId }) => visit.setRole(roomId, tomasId, "MEMBER"), right: "set role", ...ofRoom },
  { title: "remove someone", does: "removeMember", attempt: (visit, { roomId, tomasId }) => visit.removeMember(roomId, tomasId), right: "remove member", targetRole: "MEMBER", ...ofRoom },
  { title: "delete another's message", does: "deleteMessage", attempt: (visit, { message }) => visit.deleteMessage(message.id), right: "delete message", ...ofMessage },
  { title: "delete one's own message", does: "deleteMessage", attempt: (visit, { ownMessageId }) => visit.deleteMessage(ownMessageId), right: "delete message", own: true, ...ofMessage },
  { title: "delete it", does: "deleteRoom", attempt: (visit, { roomId }) => visit.deleteRoom(roomId), right: "delete room", ...ofRoom },
];

let house: House;
beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house[Symbol.asyncDispose]());

const byDoor = doors.map((door) => ({ door, name: door.name }));

describe.each(byDoor)("[B37] through $name", ({ door }) => {
  const rows = kinds.flatMap((kind) => standings.filter((standing) => kind !== "direct message" || canBeInPair(standing)).map((standing) => ({ ...standing, kind })));

  test.each(rows)("$who may do to a $kind what the policy says, and nothing else", async ({ kind, ...standing }) => {
    const guest = await house.newcomer(standing.globalRole);
    const scene = await setScene(guest, kind, standing);
    await using visit = await enter(door, standing.role === "signed out" ? null : guest);
    const outcomes: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const each of attempts.filter(({ does }) => can(door, does))) {
      outcomes[each.title] = visit ? await outcomeOf(each.attempt(visit, scene)) : "UNAUTHENTICATED";
      expected[each.title] = whatShouldCome(each, kind, standing);
    }
    expect(outcomes).toEqual(expected);
  });

  test("[AI2] an answer is stopped by whoever asked or keeps the room in order, and for anyone outside it isn't there", async () => {
    const [other, stranger] = [await house.newcomer(), await house.newcomer("ADMIN")];
    const room = await house.newRoom({ memberIds: [house.cast.tomas.account.id, house.cast.quill.id, other.id] });
    const tomas = await house.visit(door, house.cast.tomas);
    using ear = await (await house.visit(restDoor, house.cast.mira)).listen(room);
    const answer = saysWhenTold(["Once upon a time"]);
    house.models.script(answer.script);
    await tomas.post(room, "@quill tell me a long one");
    const { messageId, runId } = await heardBy(ear, "answer began");
    await answer.next();
    await using member = await door.enter(house.url, other);
    await using outside = await door.enter(house.url, stranger);
    expect([await outcomeOf(member.stopAnswer(room, runId)), await outcomeOf(outside.stopAnswer(room, runId))]).toEqual(["PERMISSION_DENIED", "NOT_FOUND"]);
    await (await house.visit(door, house.cast.mira)).stopAnswer(room, runId);
    expect((await heardBy(ear, "answer stopped")).messageId).toBe(messageId);
    answer.finish();
  });

  test("[B8] what is private and what isn't there are refused alike, in every byte but the ids", async () => {
    const guest = await house.newcomer("ADMIN");
    const hidden = await setScene(guest, "private room", { role: "not in it any more" });
    const missing: Scene = { ...hidden, roomId: newId(), message: { ...hidden.message, id: newId() }, ownMessageId: newId() };
    await using visit = await door.enter(house.url, guest);
    for (const { title, attempt } of attempts.filter(({ does }) => can(door, does))) {
      const [ofHidden, ofMissing] = [await refusalOf(attempt(visit, hidden)), await refusalOf(attempt(visit, missing))];
      expect([title, blind(ofHidden.wire)]).toEqual([title, blind(ofMissing.wire)]);
    }
  });

  test("[B39] nothing of a room reaches those who aren't in it", async () => {
    const guest = await house.newcomer("ADMIN");
    const { roomId } = await setScene(guest, "private room", { role: "not in it any more" });
    const own = await house.newRoom({ memberIds: [guest.id] });
    await using visit = await door.enter(house.url, guest);
    const mira = await house.visit(door, house.cast.mira);
    const ears = [visit.listen(roomId).catch(() => null), visit.listen(own)];
    const [foreign, theirs] = await Promise.all(ears);
    await mira.post(roomId, "Not for you");
    const { id } = await mira.post(own, "For you");
    if (!theirs) throw new Error("They can't hear their own room.");
    await heardBy(theirs, "posted", ({ message }) => message.id === id);
    expect((await foreign?.facts()) ?? []).toEqual([]);
  });
});

const enter = async (door: Door, guest: Guest | null): Promise<Visit | null> => {
  try {
    return await door.enter(house.url, guest);
  } catch (error) {
    if (guest === null && error instanceof ToldRefusal && error.code === "UNAUTHENTICATED") return null;
    throw error;
  }
};

/** The members of a direct message are equals, and stay in it. */
const canBeInPair = ({ role }: Standing) => role === "MEMBER" || role === "never in it" || role === "signed out";

function whatShouldCome({ right, own = false, targetRole, publicly }: Attempt, kind: Kind, { role, globalRole }: Standing): "done" | RefusalCode {
  switch (role) {
    case "signed out":
      return "UNAUTHENTICATED";
    case "never in it":
    case "not in it any more":
      return kind === "public room" || publicly === "MESSAGE_NOT_FOUND" ? publicly : "ROOM_NOT_FOUND";
    default: {
      const standing = { globalRole, roomRole: role, own, roomKind: kind === "direct message" ? "dm" : "room", isSmall: true } as const;
      return right === null || may(right, targetRole ? { ...standing, targetRole } : standing) ? "done" : "PERMISSION_DENIED";
    }
  }
}

async function setScene(guest: Guest, kind: Kind, { role }: Pick<Standing, "role">): Promise<Scene> {
  const { core } = house;
  const { mira, tomas } = house.cast;
  const isOrWasIn = role !== "never in it" && role !== "signed out";
  const tomasId = tomas.account.id;
  const actor = isOrWasIn ? await actorForToken(core, guest.token) : null;
  const say = async (who: Actor, roomId: Id) => postMessage(core, who, { roomId, clientId: newId(), content: "Tea?", type: "text" });
  const pair = [isOrWasIn ? guest.id : tomasId];
  const { room } =
    kind === "direct message"
      ? await createRoom(core, mira.actor, { kind: "dm", memberIds: pair })
      : await createRoom(core, mira.actor, { kind: "room", title: "Tea", isPrivate: kind === "private room", memberIds: [tomasId, ...(actor ? [guest.id] : [])] });
  const roomId = room.id;
  const { id, seq } = await say(mira.actor, roomId);
  const ownMessageId = actor ? (await say(actor, roomId)).id : id;
  if (actor && role === "not in it any more") await leaveRoom(core, actor, { roomId });
  if (role === "ADMIN" || role === "OWNER") await setRole(core, mira.actor, { roomId, userId: guest.id, role });
  return { roomId, message: { id, seq }, ownMessageId, tomasId, newcomerId: (await house.newcomer()).id };
}

/** A refusal as it stood on the wire, without what differs each time: ids, times, and what is left of a budget. */
const blind = (wire: string): string =>
  wire
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/"date",".*?"/g, '"date"')
    .replaceAll(/"(ratelimit[\w-]*)",".*?"/g, '"$1"');
