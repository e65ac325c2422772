import { z } from "zod";
import { Id, Instant, Seq } from "./ids.ts";
import { Cursor, PageLimit } from "./paging.ts";
import { User } from "./users.ts";

export const RoomRole = z.enum(["OWNER", "ADMIN", "MEMBER"]);
export type RoomRole = z.infer<typeof RoomRole>;

export const Member = z.object({ user: User, role: RoomRole, joinedAt: Instant, lastReadSeq: Seq });
export type Member = z.infer<typeof Member>;

export const MemberPage = z.object({ items: z.array(Member), nextCursor: Cursor.nullable() });
export type MemberPage = z.infer<typeof MemberPage>;

export const ListMembers = z.strictObject({ roomId: Id, cursor: Cursor.optional(), limit: PageLimit.optional() });
export type ListMembers = z.infer<typeof ListMembers>;

export const AddMember = z.strictObject({ roomId: Id, userId: Id });
export type AddMember = z.infer<typeof AddMember>;

export const RemoveMember = z.strictObject({ roomId: Id, userId: Id });
export type RemoveMember = z.infer<typeof RemoveMember>;

export const SetRole = z.strictObject({ roomId: Id, userId: Id, role: RoomRole });
export type SetRole = z.infer<typeof SetRole>;
