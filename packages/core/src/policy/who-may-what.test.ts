import type { Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { Refusal, type RefusalCode } from "@tertulia/model/refusals";
import type { GlobalRole } from "@tertulia/model/users";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assistant, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { invokeAssistant } from "../assistants/invoke-assistant.ts";
import type { Core } from "../core.ts";
import type { FeedSpec, Sink } from "../feed/feed.ts";
import { follow } from "../feed/follow.ts";
import { getDraft } from "../drafts/get-draft.ts";
import { setDraft } from "../drafts/set-draft.ts";
import { createInvite } from "../invites/create-invite.ts";
import { listInvites } from "../invites/list-invites.ts";
import { addMember } from "../members/add-member.ts";
import { listMembers } from "../members/list-members.ts";
import { removeMember } from "../members/remove-member.ts";
import { setRole } from "../members/set-role.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { editMessage } from "../messages/edit-message.ts";
import { getMessage } from "../messages/get-message.ts";
import { listMessages } from "../messages/list-messages.ts";
import { postMessage } from "../messages/post-message.ts";
import { addPin } from "../pins/add-pin.ts";
import { listPins } from "../pins/list-pins.ts";
import { removePin } from "../pins/remove-pin.ts";
import { setPresence } from "../presence/set-presence.ts";
import { addReaction } from "../reactions/add-reaction.ts";
import { removeReaction } from "../reactions/remove-reaction.ts";
import { listReads } from "../reads/list-reads.ts";
import { markRead } from "../reads/mark-read.ts";
import { archiveRoom } from "../rooms/archive-room.ts";
import { createRoom } from "../rooms/create-room.ts";
import { deleteRoom } from "../rooms/delete-room.ts";
import { getRoom } from "../rooms/get-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { openRoom } from "../rooms/open-room.ts";
import { restoreRoom } from "../rooms/restore-room.ts";
import { unarchiveRoom } from "../rooms/unarchive-room.ts";
import { updateRoom } from "../rooms/update-room.ts";
import { startTyping } from "../typing/start-typing.ts";
import { stopTyping } from "../typing/stop-typing.ts";

/** Where someone stands towards the room. */
const standings = ["stranger", "ex-member", "MEMBER", "ADMIN", "OWNER"] as const;
type Standing = (typeof standings)[number];
type Inside = Exclude<Standing, "stranger" | "ex-member">;
const globalRoles = ["USER", "MODERATOR", "ADMIN"] as const;
const visibilities = ["public", "private", "dm"] as const;
type Visibility = (typeof visibilities)[number];

/** A room as it is before anyone tries anything: mira owns it (or has the dm), with a message of hers and of tomas's, who is a member. */
interface Scene {
  roomId: Id;
  messageId: Id;
  ownMessageId: Id;
  memberId: Id;
  newcomerId: Id;
  assistantId: Id;
}

interface Deed {
  /** Does it, as far as the core lets one. */
  attempt(core: Core, actor: Actor, scene: Scene): Promise<unknown>;
  /** Who may, of those inside. In a direct message everyone is a MEMBER. */
  allows(role: Inside, globalRole: GlobalRole, visibility: Visibility): boolean;
  /** What a stranger is told of a public room; of any other it is as if it weren't there. */
  publicly: "PERMISSION_DENIED" | "MESSAGE_NOT_FOUND" | "ROOM_NOT_FOUND";
}

const anyone = () => true;
const nobody = () => false;
const admins = (role: Inside) => role !== "MEMBER";
const owners = (role: Inside) => role === "OWNER";
const adminsAndGlobalRoles = (role: Inside, globalRole: GlobalRole) => admins(role) || globalRole !== "USER";
const adminsAndPairs = (role: Inside, _: GlobalRole, visibility: Visibility) => admins(role) || visibility === "dm";
const ofRoom = { publicly: "PERMISSION_DENIED" } as const;
const ofMessage = { publicly: "MESSAGE_NOT_FOUND" } as const;
const follows = (spec: (roomId: Id) => FeedSpec): Deed => ({
  attempt: async (core, actor, { roomId }) => (await follow(core, spec(roomId), silentSink(actor)))(),
  allows: anyone,
  ...ofRoom,
});

/** In the order they are tried: what ends the room or the membership comes last. */
const deeds: Record<string, Deed> = {
  "see the room": { attempt: (core, actor, { roomId }) => getRoom(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "open the room": { attempt: (core, actor, { roomId }) => openRoom(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "see who is in it": { attempt: (core, actor, { roomId }) => listMembers(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "read its history": { attempt: (core, actor, { roomId }) => listMessages(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "read a message": { attempt: (core, actor, { messageId }) => getMessage(core, actor, { messageId }), allows: anyone, ...ofMessage },
  "see how far people have read": { attempt: (core, actor, { roomId }) => listReads(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "mark it read": { attempt: (core, actor, { roomId }) => markRead(core, actor, { roomId, seq: 1 }), allows: anyone, ...ofRoom },
  "start typing": { attempt: (core, actor, { roomId }) => startTyping(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "stop typing": { attempt: (core, actor, { roomId }) => stopTyping(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "be seen in it": { attempt: (core, actor, { roomId }) => setPresence(core, actor, { status: "online", currentRoomId: roomId }, "a connection"), allows: anyone, ...ofRoom },
  "follow its messages": follows((roomId) => ({ kind: "messages", roomId, after: 0 })),
  "follow its readers": follows((roomId) => ({ kind: "reads", roomId })),
  "follow its typists": follows((roomId) => ({ kind: "typing", roomId })),
  "follow its people's presence": follows((roomId) => ({ kind: "presence", roomId })),
  "follow its answers": follows((roomId) => ({ kind: "runs", roomId })),
  "post": { attempt: (core, actor, { roomId }) => say(core, actor, roomId), allows: anyone, ...ofRoom },
  "reply": {
    attempt: (core, actor, { roomId, messageId }) => postMessage(core, actor, { roomId, clientId: newId(), content: "Yes", type: "text", replyToId: messageId }),
    allows: anyone,
    ...ofRoom,
  },
  "edit another's message": { attempt: (core, actor, { messageId }) => editMessage(core, actor, { messageId, content: "Mine" }), allows: nobody, ...ofMessage },
  "edit one's own message": { attempt: (core, actor, { ownMessageId }) => editMessage(core, actor, { messageId: ownMessageId, content: "Later" }), allows: anyone, ...ofMessage },
  "react": { attempt: (core, actor, { messageId }) => addReaction(core, actor, { messageId, emoji: "👍" }), allows: anyone, ...ofMessage },
  "take a reaction back": { attempt: (core, actor, { messageId }) => removeReaction(core, actor, { messageId, emoji: "👍" }), allows: anyone, ...ofMessage },
  "pin": { attempt: (core, actor, { messageId }) => addPin(core, actor, { messageId }), allows: adminsAndPairs, ...ofMessage },
  "unpin": { attempt: (core, actor, { messageId }) => removePin(core, actor, { messageId }), allows: adminsAndPairs, ...ofMessage },
  "see its pins": { attempt: (core, actor, { roomId }) => listPins(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "delete another's message": { attempt: (core, actor, { messageId }) => deleteMessage(core, actor, { messageId }), allows: adminsAndGlobalRoles, ...ofMessage },
  "delete one's own message": { attempt: (core, actor, { ownMessageId }) => deleteMessage(core, actor, { messageId: ownMessageId }), allows: anyone, ...ofMessage },
  "keep a draft": { attempt: (core, actor, { roomId }) => setDraft(core, actor, { roomId, content: "Te" }), allows: anyone, ...ofRoom },
  "see one's draft": { attempt: (core, actor, { roomId }) => getDraft(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "invite": { attempt: (core, actor, { roomId }) => createInvite(core, actor, { roomId }), allows: admins, ...ofRoom },
  "see its invites": { attempt: (core, actor, { roomId }) => listInvites(core, actor, { roomId }), allows: admins, ...ofRoom },
  "add someone": { attempt: (core, actor, { roomId, newcomerId }) => addMember(core, actor, { roomId, userId: newcomerId }), allows: admins, ...ofRoom },
  "remove someone": { attempt: (core, actor, { roomId, memberId }) => removeMember(core, actor, { roomId, userId: memberId }), allows: admins, ...ofRoom },
  "take the room over": { attempt: (core, actor, { roomId }) => setRole(core, actor, { roomId, userId: actor.user.id, role: "OWNER" }), allows: owners, ...ofRoom },
  "change the room": { attempt: (core, actor, { roomId }) => updateRoom(core, actor, { roomId, title: "Coffee" }), allows: admins, ...ofRoom },
  "lock it": { attempt: (core, actor, { roomId }) => updateRoom(core, actor, { roomId, password: "oolong" }), allows: admins, ...ofRoom },
  "put it away": { attempt: (core, actor, { roomId }) => archiveRoom(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "take it out again": { attempt: (core, actor, { roomId }) => unarchiveRoom(core, actor, { roomId }), allows: anyone, ...ofRoom },
  "delete the room": { attempt: (core, actor, { roomId }) => deleteRoom(core, actor, { roomId }), allows: owners, ...ofRoom },
  "restore the room": { attempt: (core, actor, { roomId }) => restoreRoom(core, actor, { roomId }), allows: owners, publicly: "ROOM_NOT_FOUND" },
};

describe("[B37] who may do what", () => {
  let database: Database;
  let core: Core;

  beforeAll(async () => {
    database = await openTestDatabase();
    ({ core } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  const rows = visibilities.flatMap((visibility) =>
    standings
      .filter((standing) => visibility !== "dm" || standing === "stranger" || standing === "MEMBER")
      .flatMap((standing) => globalRoles.map((globalRole) => ({ visibility, standing, globalRole }))),
  );

  test.each(rows)("$standing with the global role $globalRole, of a $visibility room", async ({ visibility, standing, globalRole }) => {
    const actor = await person(core, "lin", { role: globalRole });
    const scene = await setScene(actor, visibility, standing);
    const cells: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [name, deed] of Object.entries(deeds)) {
      cells[name] = await outcomeOf(deed.attempt(core, actor, scene));
      expected[name] = whatShouldCome(deed, visibility, standing, globalRole);
    }
    expect(cells).toEqual(expected);
  });

  test("what is private is refused in the same words as what isn't there, for every deed", async () => {
    const wen = await person(core, "wen", { role: "ADMIN" });
    const scene = await setScene(wen, "private", "ex-member");
    const nowhere: Scene = { ...scene, roomId: newId(), messageId: newId(), ownMessageId: newId() };
    for (const [name, { attempt }] of Object.entries(deeds)) {
      const [hidden, missing] = [await refusalOf(attempt(core, wen, scene)), await refusalOf(attempt(core, wen, nowhere))];
      const blind = ({ details, ...words }: typeof hidden) => ({ ...words, details: Object.keys(details) });
      expect([name, blind(hidden)]).toEqual([name, blind(missing)]);
      expect([scene.roomId, scene.messageId, scene.ownMessageId]).toEqual(expect.arrayContaining(Object.values(hidden.details)));
    }
  });

  test("an assistant is asked by those inside only", async () => {
    const [mira, wen] = [await person(core, "mira"), await person(core, "wen", { role: "ADMIN" })];
    const scene = await setScene(wen, "private", "stranger");
    const asked = { roomId: scene.roomId, assistantId: scene.assistantId };
    expect(await refusalOf(invokeAssistant(core, wen, asked))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    expect(await refusalOf(invokeAssistant(core, mira, asked))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });

  async function setScene(actor: Actor, visibility: Visibility, standing: Standing): Promise<Scene> {
    const [mira, tomas, newcomer] = [await person(core, "mira"), await person(core, "tomas"), await person(core, "newcomer")];
    const assistantId = await assistant(core);
    const ids = { memberId: tomas.user.id, newcomerId: newcomer.user.id, assistantId };
    if (visibility === "dm") {
      const { room } = await createRoom(core, mira, { kind: "dm", memberIds: [standing === "MEMBER" ? actor.user.id : tomas.user.id] });
      const { id: messageId } = await say(core, mira, room.id);
      const ownMessageId = standing === "MEMBER" ? (await say(core, actor, room.id)).id : messageId;
      return { roomId: room.id, messageId, ownMessageId, ...ids };
    }
    const isIn = standing !== "stranger";
    const memberIds = [tomas.user.id, assistantId, ...(isIn ? [actor.user.id] : [])];
    const { room } = await createRoom(core, mira, { kind: "room", title: "Tea", isPrivate: visibility === "private", memberIds });
    const roomId = room.id;
    const { id: messageId } = await say(core, mira, roomId);
    const ownMessageId = isIn ? (await say(core, actor, roomId)).id : messageId;
    if (standing === "ex-member") await leaveRoom(core, actor, { roomId });
    if (standing === "ADMIN" || standing === "OWNER") await setRole(core, mira, { roomId, userId: actor.user.id, role: standing });
    return { roomId, messageId, ownMessageId, ...ids };
  }
});

function whatShouldCome(deed: Deed, visibility: Visibility, standing: Standing, globalRole: GlobalRole): "done" | RefusalCode {
  if (standing === "stranger" || standing === "ex-member") {
    if (visibility === "public") return deed.publicly;
    return deed.publicly === "MESSAGE_NOT_FOUND" ? "MESSAGE_NOT_FOUND" : "ROOM_NOT_FOUND";
  }
  return deed.allows(standing, globalRole, visibility) ? "done" : "PERMISSION_DENIED";
}

async function outcomeOf(deed: Promise<unknown>): Promise<string> {
  try {
    await deed;
    return "done";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

const silentSink = (actor: Actor): Sink => ({
  actor,
  connectionId: newId(),
  dialect: { encode: () => () => Buffer.alloc(0) },
  key: "",
  write() {},
  buffered: () => 0,
  ended() {},
});
