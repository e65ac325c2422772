import { leaveRoom } from "@tertulia/core/rooms/leave-room";
import { Refusal } from "@tertulia/model/refusals";
import type { ClientFrameOf, Said } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** Not a member: ROOM_NOT_FOUND, of a public room too (protocol J5). */
export async function onLeaveRoom({ core, actor }: Asking, { data: { room_id: roomId } }: ClientFrameOf<"leave_room">): Promise<Said> {
  try {
    const { memberCount } = await leaveRoom(core, actor, { roomId });
    return { type: "leave_success", data: { room_id: roomId, member_count: memberCount } };
  } catch (error) {
    throw isOfNoMember(error) ? new Refusal("ROOM_NOT_FOUND", { roomId }) : error;
  }
}

/** Of a direct message it is refused as well, but to a member. */
const isOfNoMember = (error: unknown) => error instanceof Refusal && error.code === "PERMISSION_DENIED" && "roomId" in error.details;
