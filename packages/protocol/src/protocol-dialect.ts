import { randomUUID } from "node:crypto";
import type { Batch, Dialect } from "@tertulia/core/feed/feed";
import type { Id } from "@tertulia/model/ids";
import type { InboxUpdate } from "@tertulia/model/inbox";
import type { Notice } from "@tertulia/model/notices";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Framing } from "./framing.ts";
import type { Said, ServerFrame } from "./frames.ts";
import { framesOfEvent, isToldAlready } from "./wire/events.ts";
import { frameOfNote, isAbout } from "./wire/fading.ts";
import { roomOnWire } from "./wire/room.ts";

const NOTHING = Buffer.alloc(0);

/** Something to be told, and who needn't be. */
interface Told {
  frame: Buffer;
  notTo: Id | null;
}

/**
 * The feed in the protocol's words, as whole WebSocket frames after each other: one JSON object each (protocol E1), in one write. The key is the
 * listener's user: all share one buffer but those whom some of it needn't be told.
 */
export function protocolDialect(clock: Clock, framing: Framing): Dialect {
  return {
    encode(batch) {
      const told = toldIn(batch, new Date(clock.now()).toISOString(), framing);
      const all = joined(told);
      const exceptions = new Set(told.map(({ notTo }) => notTo));
      return (key) => (exceptions.has(key) ? joined(told.filter(({ notTo }) => notTo !== key)) : all);
    },
  };
}

function toldIn(batch: Batch, timestamp: string, framing: Framing): Told[] {
  const inFrame = (said: Said, notTo: Id | null = null, id: string = randomUUID()): Told => ({ frame: framing(textOf(said, id, timestamp)), notTo });
  switch (batch.kind) {
    case "messages":
      return batch.items.flatMap((event) => framesOfEvent(event).map((said) => inFrame(said, isToldAlready(event))));
    case "fading":
      return batch.items.flatMap((note) => {
        const said = frameOfNote(batch.roomId, note);
        return said ? [inFrame(said, isAbout(note))] : [];
      });
    case "inbox":
      return batch.items.flatMap((update) => {
        const said = frameOfUpdate(update);
        return said ? [inFrame(said)] : [];
      });
    case "notices":
      // A notice may come twice: it is known by its id.
      return batch.items.map((notice) => inFrame(frameOfNotice(notice), null, notice.id));
    default:
      throw new Error(`This door follows no ${batch.kind}`);
  }
}

/** One's own rooms; everything else of an inbox is counted by the client. */
function frameOfUpdate(update: InboxUpdate): Said | null {
  if (update.type === "room.joined") return { type: "room_joined", data: { room: roomOnWire(update.entry.room), head_seq: update.entry.headSeq } };
  if (update.type === "room.left") return { type: "room_left", data: { room_id: update.roomId } };
  return null;
}

const frameOfNotice = ({ kind, text, severity, scheduledAt, durationMinutes }: Notice): Said => ({
  type: "system",
  data: { event: kind, message: text, severity, scheduled_at: scheduledAt, duration_minutes: durationMinutes },
});

/** A frame in its envelope. */
export const textOf = ({ type, data }: Said, id: string, timestamp: string): string => JSON.stringify({ type, id, timestamp, data } satisfies Record<keyof ServerFrame, unknown>);

function joined(told: Told[]): Buffer {
  const [first] = told;
  if (!first) return NOTHING;
  return told.length === 1 ? first.frame : Buffer.concat(told.map(({ frame }) => frame));
}
