import type { Id } from "@tertulia/model/ids";
import type { Notes } from "@tertulia/model/ports/bus";

/** What is told to other nodes by one channel: which node says it, and what. */
interface Wire {
  from: string;
  note: unknown;
}

/** A note that is larger rings the bell only: whoever hears it reads the log. */
const NOTE_BYTES = 64 * 1024;

/** The channel of the bus that carries what is said of one room, user or run, or to everyone. */
export const channelOf = (channel: keyof Notes, id: Id): string => `tertulia:${channel}:${id}`;

/** The channel of the bus on which a node says that something it told reached no other. */
export const LOSSES = "tertulia:losses";

/** The text that says so. */
export const writeLoss = (from: string): string => JSON.stringify({ from, note: { kind: "lost" } } satisfies Wire);

/** The text for the bus. */
export function writeNote<K extends keyof Notes>(from: string, note: Notes[K]): string {
  const text = JSON.stringify({ from, note } satisfies Wire);
  if (text.length <= NOTE_BYTES || note.kind !== "events") return text;
  return JSON.stringify({ from, note: { kind: "grown", headSeq: note.firstSeq + note.events.length - 1 } } satisfies Wire);
}

export type Heard =
  | { said: "by us" }
  | { said: "in a way this version doesn't know" }
  | { said: "by no node of ours" }
  | { said: "that something was lost" }
  | { [K in keyof Notes]: { said: K; id: Id; note: Notes[K] } }[keyof Notes];

/** What a text from the bus says. Anyone who reaches the bus may write there, also a newer version of ourselves: what isn't understood is no note. */
export function readNote(self: string, channelName: string, text: string): Heard {
  const wire = parsed(text);
  if (!isWire(wire)) return { said: "by no node of ours" };
  if (wire.from === self) return { said: "by us" };
  const [, channel = "", id = ""] = channelName.split(":");
  const { note } = wire;
  if (!isObject(note)) return { said: "by no node of ours" };
  if (channel === "room" && isRoomNote(note)) return { said: channel, id, note };
  if (channel === "user" && isUserNote(note)) return { said: channel, id, note };
  if (channel === "run" && isRunNote(note)) return { said: channel, id, note };
  if (channel === "server" && isServerNote(note)) return { said: channel, id, note };
  if (channelName === LOSSES && isOneOf(note, { lost: [] })) return { said: "that something was lost" };
  return { said: "in a way this version doesn't know" };
}

// Each kind is known by the fields that tell it from anything else; what stands in them was written by our own code on another node.
const isRoomNote = (note: object): note is Notes["room"] => isOneOf(note, { events: ["firstSeq", "events"], grown: ["headSeq"], typing: ["typing"], reads: ["position", "user"], presence: ["presence"], delta: ["delta"] });
const isUserNote = (note: object): note is Notes["user"] =>
  isOneOf(note, { joined: ["roomId"], left: ["roomId"], position: ["position"], presence: ["presence"], "session.revoked": ["sessionId"], "account.changed": [] });
const isRunNote = (note: object): note is Notes["run"] => isOneOf(note, { stop: ["by"] });
const isServerNote = (note: object): note is Notes["server"] => isOneOf(note, { notice: ["notice"] });

type Fields = "number" | "string" | "object" | "array";
const fieldTypes: Record<string, Fields> = { firstSeq: "number", headSeq: "number", events: "array", typing: "object", position: "object", presence: "object", delta: "object", notice: "object", user: "object", roomId: "string", sessionId: "string", by: "string" };

function isOneOf(note: object, kinds: Record<string, string[]>): boolean {
  const kind: unknown = Reflect.get(note, "kind");
  const fields = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return fields !== undefined && fields.every((field) => isOfType(Reflect.get(note, field), fieldTypes[field]));
}

function isOfType(value: unknown, type: Fields | undefined): boolean {
  if (type === "array") return Array.isArray(value);
  return type === "object" ? isObject(value) : typeof value === type;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
const isWire = (value: unknown): value is Wire => isObject(value) && "from" in value && typeof value.from === "string" && "note" in value;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
