import { isDeepStrictEqual } from "node:util";
import type { EventData } from "@tertulia/db/tables/room-events";
import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { Room, UpdateRoom } from "@tertulia/model/rooms";
import { hashPassword } from "../accounts/passwords.ts";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedRoom } from "./reach-locked-room.ts";
import { type MemberRow, reachRoom, type RoomRow } from "./reach-room.ts";
import { storedSettings } from "./settings-of.ts";
import { toRoom } from "./to-room.ts";

/**
 * Changes what a room is called or how it works; what is the same already is no change. A password is always a change: nobody knows whether it is the same.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, VALIDATION_FAILED
 */
export async function updateRoom(core: Core, actor: Actor, input: UpdateRoom): Promise<Room> {
  const passwordHash = await hashNewPassword(core, actor, input);
  return changeAs(core, actor, async (change) => {
    const reached = await reachLockedRoom(change, actor, input.roomId);
    refuseUnlessAllowed(actor, reached, input);
    return write(change, actor, reached.room, input, passwordHash);
  });
}

/** Undefined if the password stays what it is. Whoever may not change the room costs no hashing. */
async function hashNewPassword(core: Core, actor: Actor, input: UpdateRoom): Promise<string | null | undefined> {
  if (typeof input.password !== "string") return input.password;
  refuseUnlessAllowed(actor, await reachRoom(core.db, actor, input.roomId), input);
  return hashPassword(input.password);
}

function refuseUnlessAllowed(actor: Actor, { room, member }: { room: RoomRow; member: MemberRow }, { isPrivate, password }: UpdateRoom): void {
  demand("update room", { globalRole: actor.role, roomRole: member.role });
  if (room.kind === "room") return;
  // A chat of a person with an assistant stays theirs.
  if (isPrivate === false) throw new Refusal("VALIDATION_FAILED", { field: "isPrivate", reason: "INVALID_VALUE" });
  if (typeof password === "string") throw new Refusal("VALIDATION_FAILED", { field: "password", reason: "INVALID_VALUE" });
}

async function write(change: Change, actor: Actor, room: RoomRow, input: UpdateRoom, passwordHash: string | null | undefined): Promise<Room> {
  const { trx } = change;
  const before = toRoom(room);
  const wanted = withWishes(before, input);
  const changed = whatChanged(before, wanted);
  const isRelocked = passwordHash !== undefined && passwordHash !== room.password_hash;
  if (isRelocked) changed.push("hasPassword");
  if (changed.length === 0) return before;
  await trx
    .updateTable("rooms")
    .set({
      title: wanted.title,
      description: wanted.description,
      is_private: wanted.isPrivate,
      settings: storedSettings(wanted.settings),
      updated_at: change.at,
      ...(isRelocked ? { password_hash: passwordHash } : {}),
    })
    .where("id", "=", room.id)
    .execute();
  await change.append(room.id, { kind: "room.updated", actorId: actor.user.id, data: { changed } });
  if (changed.includes("settings")) await change.revokeOldFacts(room.id);
  return toRoom(await trx.selectFrom("rooms").selectAll().where("id", "=", room.id).executeTakeFirstOrThrow());
}

type Changeable = Pick<Room, "title" | "description" | "isPrivate" | "settings">;

function withWishes(room: Room, { title, description, isPrivate, settings }: UpdateRoom): Changeable {
  return {
    title: title ?? room.title,
    description: description ?? room.description,
    isPrivate: isPrivate ?? room.isPrivate,
    settings: {
      assistantMode: settings?.assistantMode ?? room.settings.assistantMode,
      whoCanPost: settings?.whoCanPost ?? room.settings.whoCanPost,
      slowModeSeconds: settings?.slowModeSeconds ?? room.settings.slowModeSeconds,
    },
  };
}

function whatChanged(before: Changeable, after: Changeable): NonNullable<EventData["changed"]> {
  const fields = ["title", "description", "isPrivate", "settings"] as const;
  return fields.filter((field) => !isDeepStrictEqual(before[field], after[field]));
}
