import type { Store } from "@tertulia/client";

/** Resolves with a store's value as soon as it is as wanted. */
export function until<T>(store: Store<T>, isAsWanted: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    let unsubscribe = () => {};
    const look = () => {
      const value = store.get();
      if (!isAsWanted(value)) return;
      queueMicrotask(() => unsubscribe());
      resolve(value);
    };
    unsubscribe = store.subscribe(look);
    look();
  });
}
