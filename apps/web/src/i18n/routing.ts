import { defineRouting } from "next-intl/routing";
import { LOCALE_COOKIE, locales } from "./locales";

/** One address for every language: the cookie decides, then the browser's languages. */
export const routing = defineRouting({
  locales,
  defaultLocale: "en",
  localePrefix: "never",
  localeCookie: { name: LOCALE_COOKIE, maxAge: 365 * 24 * 60 * 60, sameSite: "lax" },
});
