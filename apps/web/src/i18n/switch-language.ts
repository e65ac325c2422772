import type { Locale } from "@tertulia/model/users";
import { LOCALE_COOKIE } from "./locales";

const A_YEAR_IN_SECONDS = 365 * 24 * 60 * 60;

/** Remembers the language on this device and shows the page in it; drafts are kept, they live in the browser's storage. */
export function switchLanguage(locale: Locale): void {
  document.cookie = `${LOCALE_COOKIE}=${locale}; path=/; max-age=${A_YEAR_IN_SECONDS}; samesite=lax`;
  window.location.reload();
}
