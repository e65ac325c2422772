import { isStorable } from "@tertulia/model/text";
import { Id, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Metadata, MessageContent, PostableType } from "@tertulia/model/messages";
import type { RefusalCode, RefusalDetails } from "@tertulia/model/refusals";
import { z } from "zod";
import type { WireMessage, WireRun } from "./wire/message.ts";
import type { WireRoom, WireRoomChanges } from "./wire/room.ts";
import type { WirePerson } from "./wire/person.ts";
import type { WirePresence } from "./wire/presence.ts";

// Every frame of the protocol, as SPEC.md tells them. Fields that aren't named here are ignored (E4).

/** The subprotocol that a server speaks and a browser asks for (A1). */
export const SUBPROTOCOL = "tertulia.v1";

/** How far a frame's timestamp may be from the server's time, in milliseconds (E3). */
export const TIMESTAMP_WITHIN_MS = 300_000;

/** How many rooms one frame may resume (G1). */
export const ROOMS_PER_RESUME = 200;

/** Of how many people one frame may ask how they are. */
export const PEOPLE_PER_LOOK = 200;

/** E2. It is stored, so it is what a database takes. */
const FrameId = z
  .string()
  .min(1)
  .max(limits.clientIdChars)
  .refine(isStorable, { params: { reason: "INVALID_VALUE" } });

/** RFC 3339 in UTC or with its offset; it takes a small t and z, too. */
const Timestamp = z.string().toUpperCase().pipe(z.iso.datetime({ offset: true }));

const frame = <Type extends string, Data extends z.ZodRawShape>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), id: FrameId, timestamp: Timestamp, data: z.object(data) });

/** An absent field and one that is null are the same. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);

const Ping = frame("ping", {});
const Message = frame("message", {
  room_id: Id,
  content: MessageContent,
  message_type: PostableType,
  reply_to_message_id: optional(Id),
  thread_root_id: optional(Id),
  metadata: optional(Metadata),
  // There are no files yet.
  attachment_ids: optional(z.array(Id).max(0)),
});
const JoinRoom = frame("join_room", { room_id: Id, password: optional(z.string().max(limits.roomPasswordChars)) });
const LeaveRoom = frame("leave_room", { room_id: Id });
const TypingStart = frame("typing_start", { room_id: Id });
const TypingStop = frame("typing_stop", { room_id: Id });
const ReadReceipt = frame("read_receipt", { room_id: Id, message_id: Id, read_at: Timestamp });
const Resume = frame("resume", {
  rooms: z
    .record(Id, Seq)
    .refine((rooms) => Object.keys(rooms).length <= ROOMS_PER_RESUME)
    .transform((rooms) => new Map(Object.entries(rooms))),
});
const SetPresence = frame("set_presence", { status: z.enum(["online", "away"]), current_room_id: optional(Id) });
const GetPresence = frame("get_presence", { user_ids: z.array(Id).max(PEOPLE_PER_LOOK) });
const AssistantStop = frame("assistant_stop", { room_id: Id, run_id: Id });

/** What a client sends. */
export const ClientFrame = z.discriminatedUnion("type", [Ping, Message, JoinRoom, LeaveRoom, TypingStart, TypingStop, ReadReceipt, Resume, SetPresence, GetPresence, AssistantStop]);
export type ClientFrame = z.output<typeof ClientFrame>;
export type ClientFrameOf<Type extends ClientFrame["type"]> = Extract<ClientFrame, { type: Type }>;

/** Of everything that happened in a room: its place in the room's log. The highest a client has seen is where it resumes. */
interface Durable {
  seq: number;
}

/** Of a reply: how many its thread has by then. */
interface InThread {
  thread?: { root_id: Id; reply_count: number };
}

/** What each kind of answer says. Its envelope has the request's id. */
interface Answers {
  pong: { server_time: string; ping_id: string };
  join_success: { room_id: Id; room_name: string; member_count: number; head_seq: number };
  leave_success: { room_id: Id; member_count: number };
  message_received: { message_id: Id; timestamp: string; seq: number };
  presence: { people: WirePresence[] };
  resumed: { rooms: Record<Id, number>; reset: Id[]; gone: Id[] };
  error: { code: RefusalCode; message: string; details: RefusalDetails; request_id: string | null };
}

/** What happened in a room, for as long as its log is kept. */
interface Events {
  message: { message: WireMessage } & Durable & InThread;
  message_updated: { message: WireMessage } & Durable & InThread;
  message_deleted: { room_id: Id; message_id: Id } & Durable & InThread;
  reaction_added: { room_id: Id; message_id: Id; emoji: string; user: WirePerson } & Durable;
  reaction_removed: { room_id: Id; message_id: Id; emoji: string; user: WirePerson } & Durable;
  pin_added: { room_id: Id; message_id: Id; user_id: Id } & Durable;
  pin_removed: { room_id: Id; message_id: Id; user_id: Id } & Durable;
  user_joined: { room_id: Id; user: WirePerson & { joined_at: string }; member_count: number; added_by: Id | null } & Durable;
  user_left: { room_id: Id; user: WirePerson & { left_at: string }; member_count: number; removed_by: Id | null } & Durable;
  member_updated: { room_id: Id; user_id: Id; role: string } & Durable;
  room_updated: { room: WireRoom; changes: WireRoomChanges } & Durable;
  room_deleted: { room_id: Id } & Durable;
  assistant_started: { room_id: Id; run_id: Id; message_id: Id; assistant: WirePerson; trigger_message_id: Id; message: WireMessage } & Durable & InThread;
  assistant_completed: { message: WireMessage; usage: WireRun["usage"] } & Durable;
  assistant_stopped: { message: WireMessage; stopped_by: Id | null } & Durable;
  assistant_failed: { message: WireMessage; code: string | null; retryable: boolean } & Durable;
}

/** What is told as it happens, and kept nowhere. */
interface Fading {
  user_typing: { room_id: Id; user: WirePerson; typing: boolean };
  message_read: { room_id: Id; message_id: Id; read_by: WirePerson; read_at: string };
  presence_update: { room_id: Id } & WirePresence;
  assistant_delta: { room_id: Id; run_id: Id; message_id: Id; offset: number; text: string };
}

/** What one person is told, or everyone who is connected. */
interface Personal {
  room_joined: { room: WireRoom; head_seq: number };
  room_left: { room_id: Id };
  system: { event: string; message: string; severity: string; scheduled_at: string | null; duration_minutes: number | null };
}

interface ServerData extends Answers, Events, Fading, Personal {}

export type ServerFrameType = keyof ServerData;

/** What a server sends. */
export type ServerFrame = { [Type in ServerFrameType]: { type: Type; id: string; timestamp: string; data: ServerData[Type] } }[ServerFrameType];
export type ServerFrameOf<Type extends ServerFrameType> = Extract<ServerFrame, { type: Type }>;

/** A frame without its envelope, which it gets when it is written. */
export type Said = { [Type in ServerFrameType]: { type: Type; data: ServerData[Type] } }[ServerFrameType];
