import type { FollowedEvent, RoomEvent, ThreadCount } from "@tertulia/model/events";
import type { Message } from "@tertulia/model/messages";
import type { User } from "@tertulia/model/users";
import type { Said } from "../frames.ts";
import { messageOnWire, usageOnWire } from "./message.ts";
import { personOnWire } from "./person.ts";
import { changesOnWire, roomOnWire } from "./room.ts";

/** The frames that tell of an event. An assistant's answer shows it typing as well, since it composes (protocol T3). */
export function framesOfEvent(event: FollowedEvent): Said[] {
  // A client that resumed is told so by the answer.
  if (event.type === "reset") return [];
  const said = frameOfEvent(event);
  switch (event.type) {
    case "run.started":
      return event.message.status === "streaming" ? [said, assistantTyping(event.message, true)] : [said];
    case "run.completed":
    case "run.stopped":
    case "run.failed":
      return [assistantTyping(event.message, false), said];
    default:
      return [said];
  }
}

function frameOfEvent(event: RoomEvent): Said {
  const { roomId: room_id, seq } = event;
  switch (event.type) {
    case "message.posted":
      return { type: "message", data: { message: messageOnWire(event.message), seq, ...threadOnWire(event) } };
    case "message.edited":
      return { type: "message_updated", data: { message: messageOnWire(event.message), seq, ...threadOnWire(event) } };
    case "variant.chosen":
      return { type: "message_updated", data: { message: messageOnWire(event.message), seq } };
    case "message.deleted":
      return { type: "message_deleted", data: { room_id, message_id: event.messageId, seq, ...threadOnWire(event) } };
    case "reaction.added":
    case "reaction.removed": {
      const type = event.type === "reaction.added" ? "reaction_added" : "reaction_removed";
      return { type, data: { room_id, message_id: event.messageId, emoji: event.emoji, user: personOnWire(event.user), seq } };
    }
    case "pin.added":
    case "pin.removed":
      return { type: event.type === "pin.added" ? "pin_added" : "pin_removed", data: { room_id, message_id: event.messageId, user_id: event.actorId, seq } };
    case "member.joined": {
      const added_by = event.actorId === event.user.id ? null : event.actorId;
      return { type: "user_joined", data: { room_id, user: { ...personOnWire(event.user), joined_at: event.at }, member_count: event.memberCount, added_by, seq } };
    }
    case "member.left":
      return { type: "user_left", data: { room_id, user: { ...personOnWire(event.user), left_at: event.at }, member_count: event.memberCount, removed_by: event.removedBy ?? null, seq } };
    case "member.changed":
      return { type: "member_updated", data: { room_id, user_id: event.userId, role: event.role, seq } };
    case "room.updated":
      return { type: "room_updated", data: { room: roomOnWire(event.room), changes: changesOnWire(event.changes), seq } };
    case "room.deleted":
      return { type: "room_deleted", data: { room_id, seq } };
    case "run.started": {
      const { runId: run_id, messageId: message_id, triggerMessageId: trigger_message_id, message } = event;
      return { type: "assistant_started", data: { room_id, run_id, message_id, assistant: personOnWire(message.author), trigger_message_id, message: messageOnWire(message), seq, ...threadOnWire(event) } };
    }
    case "run.completed":
      return { type: "assistant_completed", data: { message: messageOnWire(event.message), usage: usageOnWire(event.usage), seq } };
    case "run.stopped":
      return { type: "assistant_stopped", data: { message: messageOnWire(event.message), stopped_by: event.stoppedBy, seq } };
    case "run.failed":
      return { type: "assistant_failed", data: { message: messageOnWire(event.message), code: event.code, retryable: event.retryable, seq } };
  }
}

/** Who needn't be told: who came in or went out has been told so already (protocol J1, J5). */
export const isToldAlready = (event: FollowedEvent): User["id"] | null => (event.type === "member.joined" || event.type === "member.left" ? event.user.id : null);

const assistantTyping = ({ roomId, author }: Message, typing: boolean): Said => ({ type: "user_typing", data: { room_id: roomId, user: personOnWire(author), typing } });

const threadOnWire = ({ thread }: { thread?: ThreadCount }) => (thread ? { thread: { root_id: thread.rootId, reply_count: thread.count } } : {});
