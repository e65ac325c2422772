/** A socket that can be ended here and now, without waiting for an other side that may be long gone. */
export interface WatchedSocket extends WebSocket {
  abandon(): void;
}

/** What the connection hears of its sockets. Each is lost once, whichever way it ends. */
export interface SocketWatcher {
  opened(socket: WatchedSocket): void;
  /** Anything at all came in. */
  heard(socket: WatchedSocket): void;
  /** `code` and `reason` are those of the close frame; 1006 and "" where there was none. */
  lost(socket: WatchedSocket, code: number, reason: string): void;
}

const OPENING_TAKES_AT_MOST_MS = 10_000;
const CLOSING_TAKES_AT_MOST_MS = 1_000;
/** In place of a code where there was no close frame. */
export const ABNORMAL = 1006;

/**
 * The platform's WebSocket, watched. A browser keeps a dead connection in CLOSING for minutes before it fires `close`, and one that
 * nobody answers in CONNECTING as long; whoever listens to this one hears of the end within seconds.
 */
export function watchedSocket(watcher: SocketWatcher): typeof WebSocket {
  return class extends WebSocket implements WatchedSocket {
    #isLost = false;
    #hasClosed = false;
    #patience = setTimeout(() => this.abandon(), OPENING_TAKES_AT_MOST_MS);

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // These listen first, so what they stop reaches nobody.
      this.addEventListener("open", () => {
        clearTimeout(this.#patience);
        watcher.opened(this);
      });
      this.addEventListener("message", (event) => {
        if (this.#hasClosed) event.stopImmediatePropagation();
        else watcher.heard(this);
      });
      this.addEventListener("error", (event) => {
        if (this.#hasClosed) event.stopImmediatePropagation();
        else if (this.readyState !== WebSocket.OPEN) this.#lose(ABNORMAL, "");
      });
      this.addEventListener("close", (event) => {
        if (this.#hasClosed) return event.stopImmediatePropagation();
        this.#hasClosed = true;
        clearTimeout(this.#patience);
        this.#lose("code" in event ? event.code : ABNORMAL, "reason" in event ? event.reason : "");
      });
    }

    /** tRPC puts all that is asked in one turn into one frame. A server takes only so many calls, and bytes, in one: each goes by itself. */
    override send(data: Parameters<WebSocket["send"]>[0]) {
      if (typeof data !== "string" || !data.startsWith("[")) return super.send(data);
      const messages: unknown[] = JSON.parse(data);
      for (const message of messages) super.send(JSON.stringify(message));
    }

    override close(code?: number, reason?: string) {
      super.close(code, reason);
      clearTimeout(this.#patience);
      this.#patience = setTimeout(() => this.abandon(), CLOSING_TAKES_AT_MOST_MS);
    }

    abandon() {
      if (this.#hasClosed) return;
      super.close();
      // An opening that has ended is told by `error`.
      if (this.readyState !== WebSocket.OPEN) this.dispatchEvent(new Event("error"));
      this.dispatchEvent(new Event("close"));
    }

    #lose(code: number, reason: string) {
      if (this.#isLost) return;
      this.#isLost = true;
      watcher.lost(this, code, reason);
    }
  };
}
