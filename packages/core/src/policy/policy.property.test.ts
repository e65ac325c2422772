import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import { Refusal } from "@tertulia/model/refusals";
import fc from "fast-check";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { person } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { createInvite } from "../invites/create-invite.ts";
import { revokeInvite } from "../invites/revoke-invite.ts";
import { addMember } from "../members/add-member.ts";
import { removeMember } from "../members/remove-member.ts";
import { setRole } from "../members/set-role.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { editMessage } from "../messages/edit-message.ts";
import { postMessage } from "../messages/post-message.ts";
import { addPin } from "../pins/add-pin.ts";
import { addReaction } from "../reactions/add-reaction.ts";
import { createRoom } from "../rooms/create-room.ts";
import { deleteRoom } from "../rooms/delete-room.ts";
import { joinRoom } from "../rooms/join-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { restoreRoom } from "../rooms/restore-room.ts";
import { isSmall } from "../rooms/room-facts.ts";
import { updateRoom } from "../rooms/update-room.ts";
import { may, type Right, type Standing } from "./policy.ts";

/** What a deed is about. */
interface Aim {
  roomId: Id;
  /** The newest message there is. */
  messageId: Id;
  /** The newest invite there is. */
  inviteId: Id;
  /** Someone else than who does it. */
  otherId: Id;
  /** Whether it is the first or the second of two ways. */
  first: boolean;
}

interface Deed {
  /** What it takes, beside being in the room. */
  right: Right;
  whose?: "message" | "invite";
  attempt(core: Core, actor: Actor, aim: Aim): Promise<unknown>;
}

const deeds: Deed[] = [
  { right: "post message", attempt: (core, actor, { roomId }) => post(core, actor, roomId, "Tea?") },
  { right: "edit message", whose: "message", attempt: (core, actor, { messageId }) => editMessage(core, actor, { messageId, content: newId() }) },
  { right: "delete message", whose: "message", attempt: (core, actor, { messageId }) => deleteMessage(core, actor, { messageId }) },
  { right: "react", attempt: (core, actor, { messageId }) => addReaction(core, actor, { messageId, emoji: "👍" }) },
  { right: "pin message", attempt: (core, actor, { messageId }) => addPin(core, actor, { messageId }) },
  { right: "update room", attempt: (core, actor, { roomId, first }) => updateRoom(core, actor, { roomId, settings: { whoCanPost: first ? "admins" : "everyone" } }) },
  { right: "update room", attempt: (core, actor, { roomId, first }) => updateRoom(core, actor, { roomId, isPrivate: first }) },
  { right: "add member", attempt: (core, actor, { roomId, otherId }) => addMember(core, actor, { roomId, userId: otherId }) },
  { right: "remove member", attempt: (core, actor, { roomId, otherId }) => removeMember(core, actor, { roomId, userId: otherId }) },
  { right: "set role", attempt: (core, actor, { roomId, otherId, first }) => setRole(core, actor, { roomId, userId: otherId, role: first ? "ADMIN" : "MEMBER" }) },
  { right: "set role", attempt: (core, actor, { roomId, otherId }) => setRole(core, actor, { roomId, userId: otherId, role: "OWNER" }) },
  { right: "invite", attempt: (core, actor, { roomId }) => createInvite(core, actor, { roomId }) },
  { right: "revoke invite", whose: "invite", attempt: (core, actor, { inviteId }) => revokeInvite(core, actor, { id: inviteId }) },
  { right: "delete room", attempt: (core, actor, { roomId }) => deleteRoom(core, actor, { roomId }) },
];

const post = (core: Core, actor: Actor, roomId: Id, content: string) => postMessage(core, actor, { roomId, clientId: newId(), content, type: "text" });

/** So many sit in the room beside the four that with them it is small at times and at times not. */
const GUESTS = 18;
/** What is no question of rights: there is nothing to do it to, or it would leave a room without an owner. */
const OTHER_REASONS = ["MESSAGE_NOT_FOUND", "NOT_FOUND", "CONFLICT"];
const STRANGERS_HEAR = ["ROOM_NOT_FOUND", "MESSAGE_NOT_FOUND", "NOT_FOUND", "PERMISSION_DENIED"];

const [posting, ...others] = deeds;
const closing = deeds.filter(({ right }) => right === "update room");
const promoting = deeds.filter(({ right }) => right === "set role");

const move = fc.record({
  // Posts are decided on facts that are kept: there must be many between the changes that make those old.
  what: fc.oneof(
    { weight: 5, arbitrary: fc.constant(posting) },
    { weight: 3, arbitrary: fc.constant("call all" as const) },
    { weight: 3, arbitrary: fc.constant("come or go" as const) },
    { weight: 2, arbitrary: fc.constantFrom(...closing) },
    { weight: 2, arbitrary: fc.constantFrom(...promoting) },
    { weight: 5, arbitrary: fc.constantFrom(...others) },
  ),
  who: fc.constantFrom(0, 0, 1, 1, 2, 3),
  other: fc.nat(2),
  node: fc.nat(1),
  first: fc.boolean(),
});

describe.each(testDatabases())("the policy on %s", (kind) => {
  let database: Database;
  let nodes: Core[];
  let guestIds: Id[];

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    const { core, clock } = await openTestCore(database);
    const { core: second } = await openTestCore(database, {}, { clock, bus: core.bus });
    nodes = [core, second];
    guestIds = await Promise.all(Array.from({ length: GUESTS }, async () => (await person(core, "guest")).user.id));
  });
  afterAll(async () => {
    for (const node of nodes) await node.close();
    await database.close();
  });

  test("[B37] says what happens: whatever people have done before, on whichever node, a deed is done if and only if they may", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 80, size: "max" }), async (moves) => {
        const [core] = nodes;
        if (!core) throw new Error("no node is open");
        const people = [await person(core, "mira"), await person(core, "tomas"), await person(core, "wen", { role: "MODERATOR" }), await person(core, "lin", { role: "ADMIN" })];
        const [mira, tomas, wen, lin] = people;
        if (!mira || !tomas || !wen || !lin) throw new Error("nobody is there");
        const { room } = await createRoom(core, mira, { kind: "room", title: "Tea", memberIds: [tomas.user.id, ...guestIds] });
        await post(core, mira, room.id, "Tea?");
        await createInvite(core, mira, { roomId: room.id });
        for (const { what, who, other, node, first } of moves) {
          const actor = people[who] ?? mira;
          const otherId = (people.filter((someone) => someone !== actor)[other] ?? mira).user.id;
          expect(await surpriseOf(what, nodes[node] ?? core, actor, { roomId: room.id, otherId, first })).toBeNull();
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  /** What happened against the policy; null if nothing did. */
  async function surpriseOf(what: Deed | "come or go" | "call all" | undefined, core: Core, actor: Actor, about: Pick<Aim, "roomId" | "otherId" | "first">) {
    if (what === "call all") return callAll(core, actor, about.roomId);
    if (what !== "come or go" && what) return tryDeed(core, actor, what, about);
    const isIn = (await roleOf(core, actor.user.id, about.roomId)) !== null;
    await outcomeOf(isIn ? leaveRoom(core, actor, about) : joinRoom(core, actor, { roomId: about.roomId }));
    return null;
  }

  async function tryDeed(core: Core, actor: Actor, { right, whose, attempt }: Deed, about: Pick<Aim, "roomId" | "otherId" | "first">) {
    const message = await core.db.selectFrom("messages").select(["id", "author_id"]).where("room_id", "=", about.roomId).where("deleted_at", "is", null).orderBy("seq", "desc").executeTakeFirst();
    const invite = await core.db.selectFrom("invites").select(["id", "created_by"]).where("room_id", "=", about.roomId).orderBy("id", "desc").executeTakeFirst();
    const ownerId = whose === "message" ? message?.author_id : invite?.created_by;
    const aim = { ...about, messageId: message?.id ?? newId(), inviteId: invite?.id ?? newId() };
    const standing = await standingOf(core, actor, about.roomId, { own: ownerId === actor.user.id, targetId: about.otherId });
    const allowed = standing !== null && may(right, standing);
    const outcome = await outcomeOf(attempt(core, actor, aim));
    const expected = standing === null ? STRANGERS_HEAR : allowed ? ["done", ...OTHER_REASONS] : message ? ["PERMISSION_DENIED"] : ["PERMISSION_DENIED", "MESSAGE_NOT_FOUND"];
    // The story goes on: whoever may delete the room may have it back.
    if (right === "delete room" && outcome === "done") await restoreRoom(core, actor, about);
    return expected.includes(outcome) ? null : { right, outcome, expected, standing };
  }

  /** The words are told either way; whether they call everyone is a right of its own. */
  async function callAll(core: Core, actor: Actor, roomId: Id) {
    const standing = await standingOf(core, actor, roomId, {});
    if (!standing || !may("post message", standing)) return null;
    const { mentionsRoom } = await post(core, actor, roomId, "@room tea is ready");
    return mentionsRoom === may("mention room", standing) ? null : { right: "mention room", mentionsRoom, standing };
  }
});

/** Where someone stands by what is stored now; null if outside. */
async function standingOf(core: Core, actor: Actor, roomId: Id, { own = false, targetId }: { own?: boolean; targetId?: Id }): Promise<Standing | null> {
  const roomRole = await roleOf(core, actor.user.id, roomId);
  if (roomRole === null) return null;
  const room = await core.db.selectFrom("rooms").selectAll().where("id", "=", roomId).executeTakeFirstOrThrow();
  const targetRole = targetId === undefined ? null : await roleOf(core, targetId, roomId);
  const standing = { globalRole: actor.role, roomRole, own, settings: room.settings, roomKind: room.kind, isSmall: isSmall(room.member_count) };
  return targetRole === null ? standing : { ...standing, targetRole };
}

async function roleOf(core: Core, userId: Id, roomId: Id): Promise<RoomRole | null> {
  const row = await core.db.selectFrom("room_members").select("role").where("room_id", "=", roomId).where("user_id", "=", userId).executeTakeFirst();
  return row?.role ?? null;
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
