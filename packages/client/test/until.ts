import type { Store } from "../src/state.ts";

/** Resolves with the store's value as soon as it's as wanted. */
export function until<T>(store: Store<T>, isAsWanted: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    let unsubscribe = () => {};
    const look = () => {
      const value = store.get();
      if (!isAsWanted(value)) return false;
      queueMicrotask(() => unsubscribe());
      resolve(value);
      return true;
    };
    unsubscribe = store.subscribe(look);
    look();
  });
}
