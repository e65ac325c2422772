import type { Id } from "@tertulia/model/ids";
import type { JsonValue, PostableType } from "@tertulia/model/messages";
import { isRefusal } from "../refusal-of.ts";
import type { OutboxItem } from "../state.ts";

/** Where unsent messages outlive a reload. `window.localStorage` is one. */
export type OutboxStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** One person's unsent messages on disk, each under a key of its own, so that two tabs never overwrite each other's. */
export interface OutboxShelf {
  /** What an earlier page left behind, in the order it was written. */
  load(): OutboxItem[];
  put(item: OutboxItem): void;
  remove(clientId: string): void;
}

export const noShelf: OutboxShelf = { load: () => [], put: () => {}, remove: () => {} };

export function createShelf(storage: OutboxStorage, userId: Id): OutboxShelf {
  const prefix = `tertulia.outbox.${userId}.`;
  return {
    load() {
      const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at)).filter((key) => key !== null);
      const items = keys.filter((key) => key.startsWith(prefix)).map((key) => readItem(storage.getItem(key)));
      // The ids of clients are UUIDv7: their order is the order of writing.
      return items.filter((item) => item !== null).sort((a, b) => (a.clientId < b.clientId ? -1 : 1));
    },
    put(item) {
      try {
        storage.setItem(prefix + item.clientId, JSON.stringify(item));
      } catch {
        // A full or forbidden storage costs the reload its unsent words, not the person their message.
      }
    },
    remove(clientId) {
      storage.removeItem(prefix + clientId);
    },
  };
}

/** Whatever stands there, another version of ourselves may have written it. */
function readItem(text: string | null): OutboxItem | null {
  const value = parse(text);
  if (!isJsonRecord(value)) return null;
  const { clientId, roomId, content, type, replyToId, metadata, createdAt, status, refusal } = value;
  if (typeof clientId !== "string" || typeof roomId !== "string" || typeof content !== "string" || typeof createdAt !== "string") return null;
  if (!isPostableType(type)) return null;
  return {
    clientId, roomId, content, type, createdAt,
    replyToId: typeof replyToId === "string" ? replyToId : null,
    metadata: isJsonRecord(metadata) ? metadata : null,
    status: status === "failed" ? "failed" : "waiting",
    refusal: status === "failed" && isRefusal(refusal) ? refusal : null,
    retryAt: null,
  };
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

const isJsonRecord = (value: unknown): value is Record<string, JsonValue> => typeof value === "object" && value !== null && !Array.isArray(value);

const postableTypes: readonly unknown[] = ["text", "image", "file", "audio", "video", "code", "markdown"] satisfies PostableType[];
const isPostableType = (value: unknown): value is PostableType => postableTypes.includes(value);
