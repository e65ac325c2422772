import { closeCodes } from "@tertulia/model/close-codes";
import * as limits from "@tertulia/model/limits";
import { type TRPCWebSocketClient, createWSClient } from "@trpc/client";
import type { Connection, ConnectionState, ConnectionStatus } from "../state.ts";
import { type Bell, createStore } from "../store.ts";
import { backoff } from "./backoff.ts";
import { onWake } from "./on-wake.ts";
import { ABNORMAL, type WatchedSocket, watchedSocket } from "./watched-socket.ts";

const PROBE_ANSWERED_WITHIN_MS = 2_000;
/** A connection that the server ends sooner was as good as none: it may have been taken only to say no, or there was no time to hear us. */
const LASTS_AFTER_MS = 10_000;

export interface ConnectionParts {
  bell: Bell;
  /** The WebSocket's address. */
  url: string;
  token: string | undefined;
  /** The socket is open: what waited may go on. */
  online(): void;
  /** A socket was refused before it opened, for a reason that browsers hide: ask another way whether the session still lives. */
  refused(): void;
}

export interface RunningConnection extends Connection {
  readonly client: TRPCWebSocketClient;
  isOnline(): boolean;
  /** The session has ended: nothing is tried again. */
  signOut(): void;
  close(): Promise<void>;
}

/**
 * The one WebSocket. tRPC's client opens and resumes on it; when it may try is decided here, in the address it asks for before each
 * attempt: after a wait that `retryNow` can end, or never again once the session is over.
 */
export function createConnection({ bell, url, token, online, refused }: ConnectionParts): RunningConnection {
  const store = createStore<ConnectionState>(bell, { status: "connecting", since: Date.now(), retryAt: null });
  const sockets = new Set<WatchedSocket>();
  let current: WatchedSocket | null = null;
  let failedAttempts = 0;
  /** These by the clock that only goes forward: the other one may be set. */
  let openedAt = 0;
  let notBefore = 0;
  let gate: PromiseWithResolvers<void> | null = null;
  let gateTimer: ReturnType<typeof setTimeout> | undefined;
  let probeTimer: ReturnType<typeof setTimeout> | undefined;

  function become(status: ConnectionStatus, retryAt: number | null = null): void {
    const now = store.get();
    store.set({ status, retryAt, since: status === now.status ? now.since : Date.now() });
  }

  const isOver = () => store.get().status === "signedOut" || store.get().status === "closed";

  async function passage(): Promise<string> {
    if (store.get().status === "closed") throw new Error("This connection has been closed.");
    const rest = notBefore - performance.now();
    if (isOver() || rest > 0) {
      gate = Promise.withResolvers();
      if (!isOver()) gateTimer = setTimeout(letPass, rest);
      await gate.promise;
    }
    become(store.get().status);
    return url;
  }

  function letPass(): void {
    clearTimeout(gateTimer);
    notBefore = 0;
    gate?.resolve();
    gate = null;
  }

  const Socket = watchedSocket({
    opened(socket) {
      sockets.add(socket);
      if (isOver()) return socket.abandon();
      current = socket;
      openedAt = performance.now();
      become("online");
      // After tRPC has heard it too.
      setTimeout(() => {
        if (current === socket) online();
      });
    },
    heard(socket) {
      if (socket === current) clearTimeout(probeTimer);
    },
    lost(socket, code, reason) {
      const hadOpened = sockets.delete(socket);
      const isReplaced = hadOpened && socket !== current;
      if (isOver() || isReplaced) return;
      if (code === closeCodes.sessionOver || code === closeCodes.banned) return signOut();
      // A line that broke, which nobody is told of by a code, says nothing about the server.
      if (hadOpened && (code === ABNORMAL || performance.now() - openedAt > LASTS_AFTER_MS)) failedAttempts = 0;
      const wait = waitAfter(code, reason, failedAttempts++);
      notBefore = performance.now() + wait;
      // An attempt to replace a socket that still serves is nobody's business.
      if (!hadOpened && current) return;
      current = null;
      clearTimeout(probeTimer);
      become(hasNetwork() ? "reconnecting" : "offline", Date.now() + wait);
      if (!hadOpened) refused();
    },
  });

  const client = createWSClient({
    url: passage,
    WebSocket: Socket,
    retryDelayMs: () => 0,
    keepAlive: { enabled: true, intervalMs: limits.socketPingMs, pongTimeoutMs: limits.socketSilenceMs - limits.socketPingMs },
    ...(token === undefined ? {} : { connectionParams: { token } }),
  });

  /** Asks the server for a sign of life; the browser shows a connection as open long after it died. */
  function probe(): void {
    if (!current) return retryNow();
    const asked = current;
    clearTimeout(probeTimer);
    probeTimer = setTimeout(() => asked.abandon(), PROBE_ANSWERED_WITHIN_MS);
    asked.send("PING");
  }

  function retryNow(): void {
    if (isOver()) return;
    failedAttempts = 0;
    letPass();
  }

  function signOut(): void {
    if (isOver()) return;
    become("signedOut");
    clearTimeout(gateTimer);
    for (const socket of sockets) socket.abandon();
  }

  const stopListening = onWake(probe);

  return {
    get: store.get,
    subscribe: store.subscribe,
    client,
    isOnline: () => store.get().status === "online",
    retryNow,
    signOut,
    async close() {
      if (store.get().status === "closed") return;
      become("closed");
      stopListening();
      clearTimeout(gateTimer);
      clearTimeout(probeTimer);
      const closing = client.close();
      gate?.reject(new Error("This connection has been closed."));
      for (const socket of sockets) socket.abandon();
      await closing;
    },
  };
}

const hasNetwork = () => globalThis.navigator?.onLine !== false;

/** How long to wait, in milliseconds, before the next attempt. */
function waitAfter(code: number, reason: string, failedAttempts: number): number {
  if (code === closeCodes.tooSlow && failedAttempts === 0) return 0;
  const hint = code === closeCodes.restart ? hintIn(reason) : null;
  // Spread around the hint, so that everyone who was told the same doesn't come back at once.
  return hint === null ? backoff(failedAttempts) : Math.round(hint * (0.5 + Math.random()));
}

function hintIn(reason: string): number | null {
  try {
    const said: unknown = JSON.parse(reason);
    const hint: unknown = typeof said === "object" && said !== null && "retryAfterMs" in said ? said.retryAfterMs : null;
    return typeof hint === "number" && hint >= 0 ? hint : null;
  } catch {
    return null;
  }
}
