import type { Id } from "@tertulia/model/ids";
import { THEME_KEY } from "@/ui/theme-script";

/** Everything the app keeps in this browser's storage begins with this. */
const OURS = "tertulia.";
const WHOSE = "tertulia.whose";

/** Forgets what a person left in this browser's storage: drafts and habits. The theme is the device's; the client looks after messages itself. */
export function forgetEverything(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(OURS) && key !== THEME_KEY) localStorage.removeItem(key);
}

/** Notes whose drafts these are; those of someone else, whose session ended without signing out, are forgotten first. */
export function makeRoomForOnePerson(id: Id): void {
  const before = localStorage.getItem(WHOSE);
  if (before !== null && before !== id) forgetEverything();
  localStorage.setItem(WHOSE, id);
}

/** Calls back when another tab signs out, or signs someone else in; answers how to stop. */
export function onOtherPerson(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === WHOSE && event.newValue !== event.oldValue && event.oldValue !== null) listener();
  };
  window.addEventListener("storage", onStorage);
  return () => window.removeEventListener("storage", onStorage);
}
