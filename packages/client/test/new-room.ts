import type { Core } from "@tertulia/core/core";
import { createRoom } from "@tertulia/core/rooms/create-room";
import type { Id } from "@tertulia/model/ids";
import type { Cast, Person } from "@tertulia/testing/cast";

/** A room of its own for a test: mira's, private, with these people in it. */
export async function newRoomOf({ mira }: Cast, core: Core, members: Person[]): Promise<Id> {
  const { room } = await createRoom(core, mira.actor, { kind: "room", title: "Tea", isPrivate: true, memberIds: members.map(({ account }) => account.id) });
  return room.id;
}
