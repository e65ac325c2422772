/** Where unsent messages outlive a reload. `window.localStorage` is one. */
export type OutboxStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
