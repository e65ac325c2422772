import { z } from "zod";
import { Id, Instant } from "./ids.ts";

export const PresenceStatus = z.enum(["online", "away", "offline"]);
export type PresenceStatus = z.infer<typeof PresenceStatus>;

export const Presence = z.object({ userId: Id, status: PresenceStatus, lastSeen: Instant.nullable(), currentRoomId: Id.nullable() });
export type Presence = z.infer<typeof Presence>;

export const GetPresence = z.strictObject({ userIds: z.array(Id).max(200) });
export type GetPresence = z.infer<typeof GetPresence>;

export const SetPresence = z.strictObject({ status: z.enum(["online", "away"]), currentRoomId: Id.optional() });
export type SetPresence = z.infer<typeof SetPresence>;

/** Either a room's members or named people one shares a room with. */
export const FollowPresence = z.union([z.strictObject({ roomId: Id }), z.strictObject({ userIds: z.array(Id).min(1).max(200) })]);
export type FollowPresence = z.infer<typeof FollowPresence>;
