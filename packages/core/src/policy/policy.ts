import type { RoomKind, RoomSettings } from "@tertulia/model/rooms";
import { Refusal } from "@tertulia/model/refusals";
import type { RoomRole } from "@tertulia/model/members";
import type { GlobalRole } from "@tertulia/model/users";

/** Who asks, of what: all that a right may depend on. */
export interface Standing {
  globalRole: GlobalRole;
  /** Absent of what isn't about a room. */
  roomRole?: RoomRole;
  /** Whether what is acted on is the asker's own. */
  own?: boolean;
  /** The role of the member whom it is done to. */
  targetRole?: RoomRole;
  settings?: Pick<RoomSettings, "whoCanPost">;
  roomKind?: RoomKind;
  /** Whether the room is of so few that calling all of them disturbs nobody much: see `limits.roomMentionByAnyoneUpToMembers`. */
  isSmall?: boolean;
}

/** Everything a right is needed for, and who has it. Every door inherits this table; nothing else decides. */
const rights = {
  "post message": ({ roomRole, settings }) => settings?.whoCanPost !== "admins" || isRoomAdmin(roomRole),
  // What slow mode asks of everyone else.
  "post without pause": ({ roomRole }) => isRoomAdmin(roomRole),
  // In a direct message nobody is an admin, and among a few anyone may call the others; in a larger room it interrupts people who never asked for it.
  "mention room": ({ roomRole, isSmall }) => isSmall === true || isRoomAdmin(roomRole),
  "edit message": ({ own }) => own === true,
  "delete message": ({ own, roomRole, globalRole }) => own === true || isRoomAdmin(roomRole) || globalRole !== "USER",
  "react": () => true,
  // Where nobody was made an admin, whoever takes part keeps the room in order.
  "pin message": ({ roomRole, roomKind }) => isRoomAdmin(roomRole) || (roomKind !== undefined && roomKind !== "room"),
  "update room": ({ roomRole }) => isRoomAdmin(roomRole),
  "delete room": ({ roomRole }) => roomRole === "OWNER",
  "add member": ({ roomRole }) => isRoomAdmin(roomRole),
  // The people of a direct message or an assistant chat are fixed.
  "invite": ({ roomRole, roomKind }) => roomKind === "room" && isRoomAdmin(roomRole),
  "revoke invite": ({ own, roomRole }) => own === true || isRoomAdmin(roomRole),
  "remove member": ({ roomRole, targetRole }) => roomRole === "OWNER" || (roomRole === "ADMIN" && (targetRole === undefined || targetRole === "MEMBER")),
  "set role": ({ roomRole }) => roomRole === "OWNER",
  "stop run": ({ own, roomRole }) => own === true || isRoomAdmin(roomRole),
  "announce": ({ globalRole }) => globalRole === "ADMIN",
  "manage assistants": ({ globalRole }) => globalRole === "ADMIN",
} satisfies Record<string, (standing: Standing) => boolean>;

export type Right = keyof typeof rights;

const isRoomAdmin = (role: RoomRole | undefined) => role === "OWNER" || role === "ADMIN";

export const may = (right: Right, standing: Standing): boolean => rights[right](standing);

/** @throws PERMISSION_DENIED */
export function demand(right: Right, standing: Standing): void {
  if (!may(right, standing)) throw new Refusal("PERMISSION_DENIED", { right });
}
