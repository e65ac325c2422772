import type { Core } from "@tertulia/core/core";
import type { MyRooms } from "@tertulia/core/feed/my-rooms";
import type { Actor } from "@tertulia/model/actor";
import type { ClientFrame, Said } from "../frames.ts";
import { onAssistantStop } from "./assistant-stop.ts";
import { onGetPresence } from "./get-presence.ts";
import { onJoinRoom } from "./join-room.ts";
import { onLeaveRoom } from "./leave-room.ts";
import { onMessage } from "./message.ts";
import { onPing } from "./ping.ts";
import { onReadReceipt } from "./read-receipt.ts";
import { onResume } from "./resume.ts";
import { onSetPresence } from "./set-presence.ts";
import { onTypingStart } from "./typing-start.ts";
import { onTypingStop } from "./typing-stop.ts";

/** Who asks. */
export interface Asking {
  readonly core: Core;
  readonly actor: Actor;
  readonly connectionId: string;
  readonly myRooms: MyRooms;
}

/** Does what a frame asks. Answers what is said to it, or null if nothing is. */
export function answer(asking: Asking, frame: ClientFrame): Promise<Said | null> {
  switch (frame.type) {
    case "ping":
      return onPing(asking, frame);
    case "message":
      return onMessage(asking, frame);
    case "join_room":
      return onJoinRoom(asking, frame);
    case "leave_room":
      return onLeaveRoom(asking, frame);
    case "typing_start":
      return onTypingStart(asking, frame);
    case "typing_stop":
      return onTypingStop(asking, frame);
    case "read_receipt":
      return onReadReceipt(asking, frame);
    case "resume":
      return onResume(asking, frame);
    case "set_presence":
      return onSetPresence(asking, frame);
    case "get_presence":
      return onGetPresence(asking, frame);
    case "assistant_stop":
      return onAssistantStop(asking, frame);
    default:
      return assertNever(frame);
  }
}

function assertNever(frame: never): never {
  throw new Error(`No handler for ${JSON.stringify(frame)}`);
}
