const SILENT_FOR_MS = 3_000;

export interface TabsListener<News> {
  /** Another tab told something. */
  heard(news: News): void;
  /** It's this tab's turn from now on, until it is closed or another one loses patience with it. */
  myTurn(): void;
}

/** The tabs of one browser, of which one at a time sends what is written in all of them. */
export interface Tabs<News> {
  /** Whether they can take turns at all; where they can't, it's everyone's turn. */
  readonly takeTurns: boolean;
  isMyTurn(): boolean;
  /** Something is to be sent and it isn't my turn: should nothing be heard for 3 s, the tab whose turn it is has frozen or is cut off, and this one takes over. */
  waitForTurn(): void;
  tell(news: News): void;
  close(): void;
}

/**
 * Joins the tabs that go by this name. The turn is a Web Lock, so it passes on by itself when its tab ends, whichever way it ends.
 * A page on plain http has no locks, unless it comes from localhost.
 */
export function joinTabs<News>(name: string, { heard, myTurn }: TabsListener<News>): Tabs<News> {
  const channel = new BroadcastChannel(name);
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  let turn: PromiseWithResolvers<void> | null = null;
  let queued: AbortController | null = null;
  let impatience: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  /** Keeps the lock for as long as its answer is pending. */
  async function hold(held: PromiseWithResolvers<void>): Promise<void> {
    if (closed) return;
    turn = held;
    calmDown();
    myTurn();
    await held.promise;
  }

  /** A lock was let go, taken away, or never given. */
  function over(held: PromiseWithResolvers<void>): void {
    if (turn === held) turn = null;
    if (!turn && !queued && !closed) queueUp();
  }

  function queueUp(): void {
    const held = Promise.withResolvers<void>();
    const leaving = new AbortController();
    queued = leaving;
    const granted = () => {
      queued = null;
      return hold(held);
    };
    locks?.request(name, { signal: leaving.signal }, granted).then(() => over(held), () => over(held));
  }

  function takeOver(): void {
    impatience = undefined;
    if (!locks) return myTurn();
    const held = Promise.withResolvers<void>();
    locks.request(name, { steal: true }, () => hold(held)).then(() => over(held), () => over(held));
  }

  function calmDown(): void {
    clearTimeout(impatience);
    impatience = undefined;
  }

  channel.onmessage = ({ data }: MessageEvent) => {
    if (closed) return;
    calmDown();
    heard(data);
  };
  queueUp();

  return {
    takeTurns: locks !== undefined,
    isMyTurn: () => turn !== null || !locks,
    waitForTurn() {
      impatience ??= setTimeout(takeOver, SILENT_FOR_MS);
    },
    tell(news) {
      // What was on its way to the storage may come back after the end.
      if (!closed) channel.postMessage(news);
    },
    close() {
      closed = true;
      calmDown();
      channel.close();
      queued?.abort();
      turn?.resolve();
    },
  };
}
