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
const TAKES_AT_MOST_MS = 1_000;
/** For so long a reload is as if the page had stayed open. Later what was kept is shown only until the room is opened afresh: names have changed, people have come and gone. */
const FRESH_FOR_MS = 60 * 60_000;

type WorthKeeping = Pick<RunningRoom, "roomId" | "kept" | "get">;

/** What outlives a reload, of one person: their unsent messages, their list of rooms, and what they last saw of each. */
export interface Keep {
  /** Whose it was when it was opened. */
  readonly account: Account | null;
  /** The list of rooms as it was then; null if there was none, or it's someone else's now. */
  readonly entries: readonly InboxEntry[] | null;
  readonly shelf: OutboxShelf;
  /** It's this person's from now on: nothing of anyone else is found any more, and in a while nothing of them is left. */
  belongsTo(account: Account): Promise<void>;
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
  let foundInbox = await storage.get("person", "inbox");
  const ages = new Map(readAges(await storage.get("person", "ages")));
  /** Everything here says whose it is, so that nobody finds what is someone else's, even on a disk that doesn't let go of it. */
  let owner: Id | null = account?.id ?? null;
  const shelf = createShelf(storage, own ? null : "tertulia", () => storage.empty("rooms"), () => owner);

  const changedRooms = new Map<Id, WorthKeeping>();
  let changedInbox: InboxState | null = null;
  /** Somebody's, as the server has said: until then nothing is written. */
  let isClaimed = false;
  /** The session is over: nothing is written any more. */
  let isOver = false;
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
    if (!isClaimed || isOver) return;
    const rooms = [...changedRooms.values()];
    const inbox = changedInbox;
    changedRooms.clear();
    changedInbox = null;
    // Another tab may have signed out since, or signed someone else in.
    if (readAccount(await storage.get("person", "account"))?.id !== owner) return;
    if (inbox) await storage.put("person", "inbox", { format: FORMAT, owner, entries: inbox.entries.slice(0, ENTRIES_KEPT) });
    if (rooms.length === 0) return;
    for (const room of rooms) await writeRoom(room);
    await keepNewest();
    await storage.put("person", "ages", [...ages]);
  }

  async function writeRoom(room: WorthKeeping): Promise<void> {
    const kept = room.kept();
    if (kept) {
      ages.set(room.roomId, Date.now());
      await storage.put("rooms", room.roomId, { format: FORMAT, owner, ...kept });
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

  async function wipeContent(): Promise<void> {
    changedRooms.clear();
    changedInbox = null;
    ages.clear();
    foundInbox = undefined;
    await inTime(TAKES_AT_MOST_MS, writing, undefined);
    await Promise.all([storage.empty("rooms"), storage.delete("person", "inbox"), storage.delete("person", "ages")]);
  }

  async function wipe(): Promise<void> {
    await wipeContent();
    await Promise.all([storage.empty("unsent"), storage.empty("person")]);
  }

  const onHide = () => {
    if (document.visibilityState === "hidden") void write();
  };
  if (typeof document !== "undefined") document.addEventListener("visibilitychange", onHide);

  const isOurs = (value: unknown): value is Record<string, unknown> => isRecord(value) && value["format"] === FORMAT && value["owner"] === owner;
  const isKeptRoom = (value: unknown): value is KeptRoom => isOurs(value);
  const isInbox = (value: unknown): value is { entries: InboxEntry[] } => isOurs(value);

  return {
    account, shelf,
    get entries() {
      return isInbox(foundInbox) ? foundInbox.entries : null;
    },
    async belongsTo(known) {
      owner = known.id;
      // Another tab may have wiped it for them already.
      const before = readAccount(await storage.get("person", "account"));
      if (before !== null && before.id !== known.id) await wipe();
      if (isOver) return;
      await storage.put("person", "account", known);
      isClaimed = true;
      writeSoon();
    },
    async findRoom(roomId) {
      const kept = await inTime(TAKES_AT_MOST_MS, storage.get("rooms", roomId), null);
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
    async forgetContent() {
      isOver = true;
      // Another tab may have signed in someone else: then it's theirs.
      const now = readAccount(await storage.get("person", "account"));
      if (now === null || now.id === owner) await wipeContent();
    },
    forget() {
      isOver = true;
      return wipe();
    },
    async close() {
      if (typeof document !== "undefined") document.removeEventListener("visibilitychange", onHide);
      shelf.close();
      await inTime(TAKES_AT_MOST_MS, write(), undefined);
      storage.close();
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isAccount = (value: unknown): value is Account => isRecord(value) && typeof value["id"] === "string" && typeof value["username"] === "string";

const readAccount = (value: unknown): Account | null => (isAccount(value) ? value : null);

function readAges(value: unknown): [Id, number][] {
  if (!Array.isArray(value)) return [];
  return value.filter((pair: unknown): pair is [Id, number] => Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "number");
}
