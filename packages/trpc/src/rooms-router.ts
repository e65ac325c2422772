import { archiveRoom } from "@tertulia/core/rooms/archive-room";
import { browseRooms } from "@tertulia/core/rooms/browse-rooms";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { deleteRoom } from "@tertulia/core/rooms/delete-room";
import { getRoom } from "@tertulia/core/rooms/get-room";
import { joinRoom } from "@tertulia/core/rooms/join-room";
import { leaveRoom } from "@tertulia/core/rooms/leave-room";
import { listRooms } from "@tertulia/core/rooms/list-rooms";
import { openRoom } from "@tertulia/core/rooms/open-room";
import { restoreRoom } from "@tertulia/core/rooms/restore-room";
import { unarchiveRoom } from "@tertulia/core/rooms/unarchive-room";
import { updateRoom } from "@tertulia/core/rooms/update-room";
import { BrowsePage, BrowseRooms, CreateRoom, InboxEntry, JoinRoom, ListRooms, OpenedRoom, Room, RoomId, RoomPage, UpdateRoom } from "@tertulia/model/rooms";
import { z } from "zod";
import { router, signedInProcedure } from "./trpc.ts";

export const roomsRouter = router({
  open: signedInProcedure.input(RoomId).output(OpenedRoom).query(({ ctx, input }) => openRoom(ctx.core, ctx.actor, input)),
  list: signedInProcedure.input(ListRooms).output(RoomPage).query(({ ctx, input }) => listRooms(ctx.core, ctx.actor, input)),
  browse: signedInProcedure.input(BrowseRooms).output(BrowsePage).query(({ ctx, input }) => browseRooms(ctx.core, ctx.actor, input)),
  get: signedInProcedure.input(RoomId).output(Room).query(({ ctx, input }) => getRoom(ctx.core, ctx.actor, input)),
  create: signedInProcedure.input(CreateRoom).output(InboxEntry).mutation(({ ctx, input }) => createRoom(ctx.core, ctx.actor, input)),
  update: signedInProcedure.input(UpdateRoom).output(Room).mutation(({ ctx, input }) => updateRoom(ctx.core, ctx.actor, input)),
  delete: signedInProcedure.input(RoomId).output(z.void()).mutation(({ ctx, input }) => deleteRoom(ctx.core, ctx.actor, input)),
  restore: signedInProcedure.input(RoomId).output(InboxEntry).mutation(({ ctx, input }) => restoreRoom(ctx.core, ctx.actor, input)),
  join: signedInProcedure.input(JoinRoom).output(InboxEntry).mutation(({ ctx, input }) => joinRoom(ctx.core, ctx.actor, input)),
  leave: signedInProcedure.input(RoomId).output(z.void()).mutation(async ({ ctx, input }) => void (await leaveRoom(ctx.core, ctx.actor, input))),
  archive: signedInProcedure.input(RoomId).output(z.void()).mutation(({ ctx, input }) => archiveRoom(ctx.core, ctx.actor, input)),
  unarchive: signedInProcedure.input(RoomId).output(z.void()).mutation(({ ctx, input }) => unarchiveRoom(ctx.core, ctx.actor, input)),
});
