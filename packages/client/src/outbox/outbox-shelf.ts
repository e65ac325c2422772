import type { Id } from "@tertulia/model/ids";
import type { JsonValue, Message, PostableType } from "@tertulia/model/messages";
import { isRefusal } from "../refusal-of.ts";
import type { OutboxItem } from "../state.ts";
import { inTime } from "../storage/in-time.ts";
import type { TertuliaStorage } from "../storage/storage.ts";
import { type Tabs, joinTabs } from "../storage/tabs.ts";

const TAKES_AT_MOST_MS = 1_000;

/** What an outbox hears of its shelf. */
export interface ShelfListener {
  /** An item is new, or stands otherwise, in another tab. */
  heard(item: OutboxItem): void;
  /** These have left the queue in another tab; of one that was stored, as what. */
  gone(clientIds: readonly string[], message?: Message): void;
  /** These are on the shelf: this tab sends from now on, or the storage has taken its time. */
  found(items: readonly OutboxItem[]): void;
}

/** One person's unsent messages, where they outlive a reload, and shared by that person's tabs. */
export interface OutboxShelf {
  /** What is there, within a second; what is read later is told as `found`. Never rejects; what can't be read is left out. */
  load(): Promise<readonly OutboxItem[]>;
  /** Whether the item outlives a reload now. Never rejects, and never takes longer than a second. */
  put(item: OutboxItem): Promise<boolean>;
  /** `message`: as what one of them was stored, so that other tabs show it before it leaves their queue. */
  remove(clientIds: readonly string[], message?: Message): void;
  /** Shows other tabs how the item stands. */
  show(item: OutboxItem): void;
  /** Whether this item is this tab's to send. One that isn't will be, should the tab whose it is go silent. */
  mayBeSent(item: OutboxItem): boolean;
  listen(listener: ShelfListener): void;
  close(): void;
}

type ShelfNews = { put: OutboxItem; owner: Id | null } | { gone: readonly string[]; message: Message | undefined };

/**
 * @param tabsName what the tabs that share this storage call each other by; null for a program that has it for itself
 * @param makeRoom empties the storage of what can be had again
 * @param owner whose messages it holds; null while nobody is known
 */
export function createShelf(storage: TertuliaStorage, tabsName: string | null, makeRoom: () => Promise<void>, owner: () => Id | null): OutboxShelf {
  const listeners = new Set<ShelfListener>();
  /** Heard of from other tabs, and theirs where no turns can be taken. */
  const others = new Set<string>();
  /** Put, and not removed since. */
  const wanted = new Set<string>();

  const tabs: Tabs<ShelfNews> | null = tabsName === null ? null : joinTabs<ShelfNews>(tabsName, { heard, myTurn: () => void beginTurn() });

  function heard(news: ShelfNews): void {
    if ("gone" in news) {
      for (const clientId of news.gone) others.delete(clientId);
      for (const listener of listeners) listener.gone(news.gone, news.message);
      return;
    }
    if (!isOurs(news)) return;
    others.add(news.put.clientId);
    for (const listener of listeners) listener.heard(news.put);
  }

  async function beginTurn(): Promise<void> {
    others.clear();
    found(await load());
  }

  function found(items: readonly OutboxItem[]): void {
    for (const listener of listeners) listener.found(items);
  }

  async function load(): Promise<readonly OutboxItem[]> {
    const loading = loadAll();
    const items = await inTime<readonly OutboxItem[] | null>(TAKES_AT_MOST_MS, loading, null);
    if (!items) void loading.then(found);
    return items ?? [];
  }

  async function loadAll(): Promise<readonly OutboxItem[]> {
    const values = await storage.all("unsent").catch((): unknown[] => []);
    return values.filter(isOurs).map(readItem).filter((item) => item !== null);
  }

  /** What was written before anyone was known is whoever's comes. */
  function isOurs(value: unknown): value is Record<string, unknown> {
    if (!isRecord(value)) return false;
    const writer = value["owner"] ?? null;
    return writer === null || owner() === null || writer === owner();
  }

  const tell = (item: OutboxItem) => tabs?.tell({ put: item, owner: owner() });

  async function keep(item: OutboxItem): Promise<boolean> {
    const put = () => storage.put("unsent", item.clientId, { ...item, owner: owner() });
    wanted.add(item.clientId);
    try {
      await put();
    } catch {
      // It may be full of what can be had again.
      await makeRoom();
      if (wanted.has(item.clientId)) await put();
    }
    return true;
  }

  return {
    load,
    async put(item) {
      const kept = await inTime(TAKES_AT_MOST_MS, keep(item), false);
      tell(item);
      return kept;
    },
    remove(clientIds, message) {
      for (const clientId of clientIds) {
        wanted.delete(clientId);
        void storage.delete("unsent", clientId).catch(() => {});
      }
      tabs?.tell({ gone: clientIds, message });
    },
    show: tell,
    mayBeSent({ clientId }) {
      if (!tabs) return true;
      const isMine = tabs.takeTurns ? tabs.isMyTurn() : !others.has(clientId);
      if (!isMine) tabs.waitForTurn();
      return isMine;
    },
    listen: (listener) => void listeners.add(listener),
    close: () => tabs?.close(),
  };
}

/** Whatever stands there, another version of ourselves may have written it. */
function readItem(value: Record<string, unknown>): OutboxItem | null {
  const { clientId, roomId, content, type, replyToId, threadRootId, metadata, createdAt, order, status, refusal } = value;
  if (typeof clientId !== "string" || typeof roomId !== "string" || typeof content !== "string" || typeof createdAt !== "string") return null;
  if (!isPostableType(type)) return null;
  return {
    clientId, roomId, content, type, createdAt,
    replyToId: typeof replyToId === "string" ? replyToId : null,
    threadRootId: typeof threadRootId === "string" ? threadRootId : null,
    metadata: isJsonRecord(metadata) ? metadata : null,
    order: typeof order === "number" ? order : Date.parse(createdAt),
    status: status === "failed" ? "failed" : "waiting",
    refusal: status === "failed" && isRefusal(refusal) ? refusal : null,
    retryAt: null,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isJsonRecord = (value: unknown): value is Record<string, JsonValue> => isRecord(value);

const postableTypes: readonly unknown[] = ["text", "image", "file", "audio", "video", "code", "markdown"] satisfies PostableType[];
const isPostableType = (value: unknown): value is PostableType => postableTypes.includes(value);
