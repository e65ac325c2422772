import { isDeepStrictEqual } from "node:util";
import type { EventData } from "@tertulia/db/tables/room-events";
import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { Room, UpdateRoom } from "@tertulia/model/rooms";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedRoom } from "./reach-locked-room.ts";
import { toRoom } from "./to-room.ts";

/** Changes what a room is called or how it works; what is the same already is no change. @throws ROOM_NOT_FOUND, PERMISSION_DENIED, VALIDATION_FAILED */
export async function updateRoom(core: Core, actor: Actor, input: UpdateRoom): Promise<Room> {
  return change(core, async (change) => {
    const { trx } = change;
    const { room, member } = await reachLockedRoom(change, actor, input.roomId);
    demand("update room", { globalRole: actor.role, roomRole: member.role });
    // A chat of a person with an assistant stays theirs.
    if (room.kind !== "room" && input.isPrivate === false) throw new Refusal("VALIDATION_FAILED", { field: "isPrivate", reason: "INVALID_VALUE" });
    const before = toRoom(room);
    const wanted = withWishes(before, input);
    const changed = whatChanged(before, wanted);
    if (changed.length === 0) return before;
    await trx
      .updateTable("rooms")
      .set({
        title: wanted.title,
        description: wanted.description,
        is_private: wanted.isPrivate,
        settings: JSON.stringify(wanted.settings),
        updated_at: change.at,
      })
      .where("id", "=", room.id)
      .execute();
    await change.append(room.id, { kind: "room.updated", actorId: actor.user.id, data: { changed } });
    if (changed.includes("settings")) await change.revokeOldFacts(room.id);
    return toRoom(await trx.selectFrom("rooms").selectAll().where("id", "=", room.id).executeTakeFirstOrThrow());
  });
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
    },
  };
}

function whatChanged(before: Changeable, after: Changeable): NonNullable<EventData["changed"]> {
  const fields = ["title", "description", "isPrivate", "settings"] as const;
  return fields.filter((field) => !isDeepStrictEqual(before[field], after[field]));
}
