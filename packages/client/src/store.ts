import type { Store } from "./state.ts";

const FRAME_MS = 16;

/** Tells listeners of changes: at once when it's quiet, at most once a frame when much happens. One per client, so that what changes together is heard together. */
export type Bell = (listeners: ReadonlySet<() => void>) => void;

export function createBell(): Bell {
  const changed = new Set<ReadonlySet<() => void>>();
  let due = false;
  let rungAt = Number.NEGATIVE_INFINITY;

  const ring = () => {
    due = false;
    rungAt = performance.now();
    const listeners = new Set([...changed].flatMap((set) => [...set]));
    changed.clear();
    for (const listener of listeners) callSafely(listener);
  };

  return (listeners) => {
    changed.add(listeners);
    if (due) return;
    due = true;
    const rest = rungAt + FRAME_MS - performance.now();
    if (rest <= 0) queueMicrotask(ring);
    else setTimeout(ring, rest);
  };
}

/** A listener's mistake is its own: it's reported like any uncaught error and stops nobody else from hearing. */
function callSafely(listener: () => void) {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

export interface WritableStore<T> extends Store<T> {
  /** Changes nothing when `next` is what it holds already. */
  set(next: T): void;
}

/** What a store does when its first listener comes and its last one goes. */
export interface Attention {
  watched?(): void;
  unwatched?(): void;
}

export function createStore<T>(bell: Bell, initial: T, attention: Attention = {}): WritableStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      if (listeners.size > 0) bell(listeners);
    },
    subscribe(listener) {
      // Wrapped, so that the same function may subscribe twice and each end for itself.
      const heard = () => listener();
      listeners.add(heard);
      if (listeners.size === 1) attention.watched?.();
      return () => {
        if (listeners.delete(heard) && listeners.size === 0) attention.unwatched?.();
      };
    },
  };
}
