import type { Id } from "@tertulia/model/ids";
import type { FadingNote } from "@tertulia/model/ports/bus";
import type { Said } from "../frames.ts";
import { personOnWire } from "./person.ts";
import { presenceOnWire } from "./presence.ts";

/** The frame that tells of something that fades by itself; null of a position in a room without messages. */
export function frameOfNote(roomId: Id, note: FadingNote): Said | null {
  switch (note.kind) {
    case "typing": {
      const { userId: id, username, avatarUrl = null, typing } = note.typing;
      return { type: "user_typing", data: { room_id: roomId, user: personOnWire({ id, username, avatarUrl }), typing } };
    }
    case "reads": {
      const { messageId, user, position } = note;
      if (messageId === null || position.at === null) return null;
      return { type: "message_read", data: { room_id: roomId, message_id: messageId, read_by: personOnWire(user), read_at: position.at } };
    }
    case "presence":
      return { type: "presence_update", data: { room_id: roomId, ...presenceOnWire(note.presence) } };
    case "delta": {
      const { runId, messageId, offset, text } = note.delta;
      return { type: "assistant_delta", data: { room_id: roomId, run_id: runId, message_id: messageId, offset, text } };
    }
  }
}

/** Whom it is about, if they needn't be told of themselves. A typist isn't told by the feed itself. */
export function isAbout(note: FadingNote): Id | null {
  switch (note.kind) {
    case "reads":
      return note.user.id;
    case "presence":
      return note.presence.userId;
    case "typing":
    case "delta":
      return null;
  }
}
