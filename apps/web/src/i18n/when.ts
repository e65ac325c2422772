import type { Locale } from "@tertulia/model/users";
import type { Instant } from "@tertulia/model/ids";

// Formatters are slow to make and there are a handful of them: kept for the life of the page.
const formats = new Map<string, Intl.DateTimeFormat>();

/** When something happened, as short as it can be told: the time today, the weekday within six days, else the date. In the reader's own zone. */
export function shortWhen(at: Instant, locale: Locale, now = new Date()): string {
  const then = new Date(at);
  const days = Math.round((midnight(now) - midnight(then)) / DAY_MS);
  if (days <= 0) return timeOf(then, locale);
  if (days < 7) return formatted(then, locale, "weekday", { weekday: "short" });
  if (then.getFullYear() === now.getFullYear()) return formatted(then, locale, "date", { day: "numeric", month: "short" });
  return dateOf(at, locale);
}

/** The date with its year, of what lies ahead too. In the reader's own zone. */
export const dateOf = (at: Instant, locale: Locale): string => formatted(new Date(at), locale, "year", { day: "numeric", month: "short", year: "numeric" });

const timeOf = (then: Date, locale: Locale): string => formatted(then, locale, "time", { hour: "2-digit", minute: "2-digit" });

/** The page's language as the reader's region writes it: 11:02 in Dublin, 11:02 AM in Denver. */
export const regional = (locale: Locale): string => navigator.languages.find((language) => language.split("-")[0] === locale.split("-")[0]) ?? locale;

const DAY_MS = 24 * 60 * 60 * 1000;
const midnight = (day: Date): number => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();

function formatted(then: Date, locale: Locale, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${name}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(regional(locale), options)));
  return format.format(then);
}
