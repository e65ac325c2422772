export interface Toast {
  id: number;
  words: string;
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_AT_ONCE = 3;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** Says something in passing, for five seconds. Never the only place where an error is told. */
export function showToast(words: string, action?: Toast["action"]): void {
  set([...toasts, { id: ++lastId, words, action }].slice(-SHOWN_AT_ONCE));
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

export const currentToasts = (): readonly Toast[] => toasts;

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
