import { type Patience, mayPass } from "./patience.ts";

/** What tRPC tells a subscriber. */
export interface FeedObserver<T> {
  onStarted(): void;
  onData(data: T): void;
  onError(error: unknown): void;
  onComplete(): void;
  onConnectionStateChange(change: { state: "idle" | "connecting" | "pending" }): void;
}

export interface FollowedFeed<T> {
  subscribe(observer: FeedObserver<T>): { unsubscribe(): void };
  /** `isFirst`: the first since it was started, again after each lost connection; it tells the state now. */
  heard(data: T, isFirst: boolean): void;
  /** The server has taken the subscription. */
  started?(): void;
  /** The connection is lost; it goes on by itself. */
  interrupted?(): void;
  /** It won't go on: the server said why. Without this it's tried again, ever more rarely: nobody else would. */
  refused?(error: unknown): void;
}

/** Follows until it's told to stop. tRPC resumes after a lost connection; what the server ended is begun anew here. */
export function keepFollowing<T>(feed: FollowedFeed<T>, patience: Patience): () => void {
  let stopped = false;
  let tried = 0;
  let subscription: { unsubscribe(): void } | null = null;

  function begin(): void {
    let isFirst = true;
    let ended = false;
    const endWith = (error: unknown) => {
      if (ended || stopped) return;
      ended = true;
      tried++;
      if (error !== null && feed.refused && !mayPass(error)) return feed.refused(error);
      patience.nap(tried).then(
        () => {
          if (!stopped) begin();
        },
        () => {},
      );
    };
    subscription = feed.subscribe({
      onStarted() {
        isFirst = true;
        if (!stopped) feed.started?.();
      },
      onData(data) {
        if (stopped) return;
        tried = 0;
        feed.heard(data, isFirst);
        isFirst = false;
      },
      onConnectionStateChange({ state }) {
        if (state === "connecting" && !stopped) feed.interrupted?.();
      },
      onError: endWith,
      onComplete: () => endWith(null),
    });
  }

  begin();
  return () => {
    stopped = true;
    subscription?.unsubscribe();
  };
}
