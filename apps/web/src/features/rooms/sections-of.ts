import type { Id } from "@tertulia/model/ids";
import type { InboxEntry } from "@tertulia/model/rooms";
import { entryTitle } from "./room-title";

export type SectionName = "unread" | "rooms" | "people" | "assistants";
export type Sections = Record<SectionName, readonly InboxEntry[]>;

/** The room on the screen, and whether it was unread when it was opened. */
export interface Visit {
  roomId: Id;
  wasUnread: boolean;
}

/**
 * The list in its parts: unread first (mentions before the rest, newest first), everything else by name, so that a room
 * is always found where it was. The room on the screen leaves its place only when the reader leaves it, whatever is read
 * or said there meanwhile.
 */
export function sectionsOf(entries: readonly InboxEntry[], visit: Visit | null, locale: string): Sections {
  const byName = new Intl.Collator(locale, { numeric: true });
  const unread: InboxEntry[] = [];
  const read: Record<InboxEntry["room"]["kind"], InboxEntry[]> = { room: [], dm: [], assistant: [] };
  for (const entry of entries) {
    const stands = entry.room.id === visit?.roomId ? visit.wasUnread : entry.unread > 0;
    (stands ? unread : read[entry.room.kind]).push(entry);
  }
  for (const list of Object.values(read)) list.sort((a, b) => byName.compare(entryTitle(a), entryTitle(b)));
  unread.sort((a, b) => rank(b) - rank(a) || newest(b) - newest(a));
  return { unread, rooms: read.room, people: read.dm, assistants: read.assistant };
}

const rank = ({ mentions }: InboxEntry): number => (mentions > 0 ? 1 : 0);
const newest = ({ last }: InboxEntry): number => (last ? Date.parse(last.at) : 0);

/**
 * The sections with everything still where `before` had it, as long as it is there: nothing moves under the pointer.
 * What is new stands at the end of its section.
 */
export function inPlace(before: Sections, now: Sections): Sections {
  const fresh = new Map([...now.unread, ...now.rooms, ...now.people, ...now.assistants].map((entry) => [entry.room.id, entry]));
  const keep = (list: readonly InboxEntry[]) =>
    list.flatMap(({ room }) => {
      const entry = fresh.get(room.id);
      fresh.delete(room.id);
      return entry ? [entry] : [];
    });
  const kept = { unread: keep(before.unread), rooms: keep(before.rooms), people: keep(before.people), assistants: keep(before.assistants) };
  const added = (list: readonly InboxEntry[]) => list.filter(({ room }) => fresh.has(room.id));
  return {
    unread: [...kept.unread, ...added(now.unread)],
    rooms: [...kept.rooms, ...added(now.rooms)],
    people: [...kept.people, ...added(now.people)],
    assistants: [...kept.assistants, ...added(now.assistants)],
  };
}
