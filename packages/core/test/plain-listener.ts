import type { Actor } from "@tertulia/model/actor";
import type { RoomEvent } from "@tertulia/model/events";
import type { User } from "@tertulia/model/users";
import type { Dialect } from "../src/feed/feed.ts";
import { Listener } from "./listener.ts";

export const ROOM = "0198a000-0000-7000-8000-000000000001";

/** A listener for a feed without anything behind it: a name is enough, and it takes as little as a test wants. */
export class PlainListener extends Listener {
  unsent = 0;
  onWrite: () => void = () => {};

  constructor(name: string, dialect?: Dialect) {
    super(actorNamed(name), `connection of ${name}`, dialect);
  }

  get seqs(): number[] {
    return this.events.map((event) => ("seq" in event ? event.seq : -1));
  }

  override write(frame: Buffer): void {
    this.onWrite();
    if (frame.length > 0) super.write(frame);
  }

  override buffered(): number {
    return this.unsent;
  }
}

export function deleted(seq: number): RoomEvent {
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: "mira", type: "message.deleted", messageId: `m${seq}` };
}

export function left(seq: number, name: string): RoomEvent {
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: name, type: "member.left", user: userNamed(name), memberCount: 1 };
}

export function joined(seq: number, name: string): RoomEvent {
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: name, type: "member.joined", user: userNamed(name), memberCount: 2 };
}

const actorNamed = (name: string): Actor => ({ user: userNamed(name), role: "USER", sessionId: name, sessionExpiresAt: Number.MAX_SAFE_INTEGER });
const userNamed = (name: string): User => ({ id: name, username: name, displayName: name, avatarUrl: null, kind: "human" });
