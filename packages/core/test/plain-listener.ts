import type { RoomEvent } from "@tertulia/model/events";
import type { Batch, Sink, SinkEnd } from "../src/feed/feed.ts";

export const ROOM = "0198a000-0000-7000-8000-000000000001";

/** A sink that keeps what it was written, without anything behind it. */
export class Listener implements Sink {
  readonly actor;
  readonly connectionId;
  readonly dialect;
  readonly key = "1";
  readonly batches: Batch[] = [];
  end: SinkEnd | null = null;
  unsent = 0;
  leave: () => void = () => {};
  onWrite: () => void = () => {};

  constructor(name: string, dialect?: Sink["dialect"]) {
    this.actor = {
      user: { id: name, username: name, displayName: name, avatarUrl: null, kind: "human" as const },
      role: "USER" as const,
      sessionId: name,
      sessionExpiresAt: Number.MAX_SAFE_INTEGER,
    };
    this.connectionId = `connection of ${name}`;
    this.dialect = dialect ?? { encode: (batch: Batch) => () => Buffer.from(JSON.stringify(batch)) };
  }

  get events() {
    return this.batches.flatMap((batch) => (batch.kind === "messages" ? batch.items : []));
  }

  get seqs(): number[] {
    return this.events.map((event) => ("seq" in event ? event.seq : -1));
  }

  write(frame: Buffer): void {
    this.onWrite();
    if (frame.length > 0) this.batches.push(JSON.parse(frame.toString()));
  }

  buffered(): number {
    return this.unsent;
  }

  ended(end: SinkEnd): void {
    this.end = end;
  }
}

export function posted(seq: number): RoomEvent {
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: "mira", type: "message.deleted", messageId: `m${seq}` };
}

export function left(seq: number, name: string): RoomEvent {
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: name, type: "member.left", user: userNamed(name), memberCount: 1 };
}

export function joined(seq: number, name: string): RoomEvent {
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: name, type: "member.joined", user: userNamed(name), memberCount: 2 };
}

const userNamed = (name: string) => ({ id: name, username: name, displayName: name, avatarUrl: null, kind: "human" as const });
