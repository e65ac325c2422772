import { joinRoom } from "@tertulia/core/rooms/join-room";
import type { ClientFrameOf, Said } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** Again is the same (protocol J1–J4). By the answer the room is heard: whatever happens in it after `head_seq` is told. */
export async function onJoinRoom({ core, actor, myRooms }: Asking, { data }: ClientFrameOf<"join_room">): Promise<Said> {
  const { room, headSeq } = await myRooms.comeInto(() => joinRoom(core, actor, { roomId: data.room_id, password: data.password }));
  return { type: "join_success", data: { room_id: room.id, room_name: room.title, member_count: room.memberCount, head_seq: headSeq } };
}
