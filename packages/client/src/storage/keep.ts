import type { Id } from "@tertulia/model/ids";
import type { InboxEntry } from "@tertulia/model/rooms";
import type { Account } from "@tertulia/model/users";
import { type OutboxShelf, createShelf } from "../outbox/outbox-shelf.ts";
import type { FoundRoom, KeptRoom } from "../room/kept-room.ts";
import type { RunningRoom } from "../room/live-room.ts";
import type { InboxState } from "../state.ts";
import { inTime } from "./in-time.ts";
import { openIndexedDb } from "./indexed-db.ts";
import type { TertuliaStorage } from "./storage.ts";

/** Of what is written here. What another version of ourselves wrote in another form is left alone: raise it when a message or a room changes its shape. */
const FORMAT = 2;
const ROOMS_KEPT = 50;
const ENTRIES_KEPT = 200;
const WRITES_AT_MOST_EVERY_MS = 1_000;
const READING_TAKES_AT_MOST_MS = 1_000;
/** For so long a reload is as if the page had stayed open. Later what was kept is shown only until the room is opened afresh: names have changed, people have come and gone. */
const FRESH_FOR_MS = 60 * 60_000;

type WorthKeeping = Pick<RunningRoom, "roomId" | "kept" | "get">;

/** What outlives a reload, of one person: their unsent messages, their list of rooms, and what they last saw of each. */
export interface Keep {
  /** Whose it was when it was opened. */
  readonly account: Account | null;
  readonly entries: readonly InboxEntry[] | null;
  readonly shelf: OutboxShelf;
  /** It's this person's from now on. Answers whether it was already; if not, it holds nothing any more. */
  belongsTo(account: Account): Promise<boolean>;
  findRoom(roomId: Id): Promise<FoundRoom | null>;
  /** This room is worth writing down again, in a moment. */
  roomChanged(room: WorthKeeping): void;
  inboxChanged(inbox: InboxState): void;
  forgetRoom(roomId: Id): void;
  /** The session is over: all but the unsent messages is forgotten. */
  forgetContent(): Promise<void>;
  /** Everything is. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a program's own storage, or this browser's. Rejects where nothing can be kept. */
export async function openKeep(own: TertuliaStorage | undefined): Promise<Keep> {
  const storage = own ?? (await openIndexedDb("tertulia"));
  const account = readAccount(await storage.get("person", "account"));
  const entries = readEntries(await storage.get("person", "inbox"));
  const ages = new Map(readAges(await storage.get("person", "ages")));
  const shelf = createShelf(storage, own ? null : "tertulia", () => storage.empty("rooms"));

  const changedRooms = new Map<Id, WorthKeeping>();
  let changedInbox: InboxState | null = null;
  let whose: Id | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();

  function writeSoon(): void {
    timer ??= setTimeout(() => void write(), WRITES_AT_MOST_EVERY_MS);
  }

  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    // One after the other, so that none writes what another has just forgotten.
    writing = writing.then(writeChanges).catch(() => {});
    return writing;
  }

  async function writeChanges(): Promise<void> {
    // Until it's known whose it is, it waits.
    if (whose === null) return;
    const rooms = [...changedRooms.values()];
    const inbox = changedInbox;
    changedRooms.clear();
    changedInbox = null;
    // Another tab may have signed out since, or signed someone else in.
    if (readAccount(await storage.get("person", "account"))?.id !== whose) return;
    if (inbox) await storage.put("person", "inbox", { format: FORMAT, entries: inbox.entries.slice(0, ENTRIES_KEPT) });
    if (rooms.length === 0) return;
    for (const room of rooms) await writeRoom(room);
    await keepNewest();
    await storage.put("person", "ages", [...ages]);
  }

  async function writeRoom(room: WorthKeeping): Promise<void> {
    const kept = room.kept();
    if (kept) {
      ages.set(room.roomId, Date.now());
      await storage.put("rooms", room.roomId, { format: FORMAT, ...kept });
    } else if (room.get().status === "gone" || room.get().status === "failed") {
      ages.delete(room.roomId);
      await storage.delete("rooms", room.roomId);
    }
  }

  async function keepNewest(): Promise<void> {
    const oldestFirst = [...ages].sort(([, a], [, b]) => a - b);
    for (const [roomId] of oldestFirst.slice(0, -ROOMS_KEPT)) {
      ages.delete(roomId);
      await storage.delete("rooms", roomId);
    }
  }

  async function forgetContent(): Promise<void> {
    changedRooms.clear();
    changedInbox = null;
    ages.clear();
    whose = null;
    await writing;
    await Promise.all([storage.empty("rooms"), storage.delete("person", "inbox"), storage.delete("person", "ages")]);
  }

  async function forget(): Promise<void> {
    await forgetContent();
    await Promise.all([storage.empty("unsent"), storage.empty("person")]);
  }

  const onHide = () => {
    if (document.visibilityState === "hidden") void write();
  };
  if (typeof document !== "undefined") document.addEventListener("visibilitychange", onHide);

  return {
    account, entries, shelf, forgetContent, forget,
    async belongsTo(known) {
      const wasTheirs = account === null || account.id === known.id;
      if (!wasTheirs) await forget();
      await storage.put("person", "account", known);
      whose = known.id;
      writeSoon();
      return wasTheirs;
    },
    async findRoom(roomId) {
      const kept = await inTime(READING_TAKES_AT_MOST_MS, storage.get("rooms", roomId), null);
      if (!isKeptRoom(kept)) return null;
      const age = Date.now() - (ages.get(roomId) ?? 0);
      return { kept, isFresh: age >= 0 && age < FRESH_FOR_MS };
    },
    roomChanged(room) {
      changedRooms.set(room.roomId, room);
      writeSoon();
    },
    inboxChanged(inbox) {
      changedInbox = inbox;
      writeSoon();
    },
    forgetRoom(roomId) {
      changedRooms.delete(roomId);
      ages.delete(roomId);
      void storage.delete("rooms", roomId).catch(() => {});
    },
    async close() {
      if (typeof document !== "undefined") document.removeEventListener("visibilitychange", onHide);
      shelf.close();
      await write();
      storage.close();
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isOurs = (value: unknown): value is Record<string, unknown> => isRecord(value) && value["format"] === FORMAT;
const isKeptRoom = (value: unknown): value is KeptRoom => isOurs(value);
const isInbox = (value: unknown): value is { entries: InboxEntry[] } => isOurs(value);
const isAccount = (value: unknown): value is Account => isRecord(value) && typeof value["id"] === "string" && typeof value["username"] === "string";

const readAccount = (value: unknown): Account | null => (isAccount(value) ? value : null);
const readEntries = (value: unknown): readonly InboxEntry[] | null => (isInbox(value) ? value.entries : null);

function readAges(value: unknown): [Id, number][] {
  if (!Array.isArray(value)) return [];
  return value.filter((pair: unknown): pair is [Id, number] => Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "number");
}
