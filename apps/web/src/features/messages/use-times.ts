"use client";

import type { Instant } from "@tertulia/model/ids";
import type { Locale } from "@tertulia/model/users";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { regional } from "@/i18n/when";

/** How instants are told here: in the page's language, the reader's zone, and the customs of the reader's country. */
export interface Times {
  /** "09:12", or "9:12 AM" where that is usual. */
  clock(at: Instant): string;
  /** "Today, Thursday, November 12". */
  day(at: Instant): string;
  /** Date and time to the second. */
  full(at: Instant): string;
}

export function useTimes(): Times {
  const locale = useLocale();
  const t = useTranslations("messages");
  return useMemo(() => {
    const { clock, day, dayWithYear, full } = formatsOf(locale);
    return {
      clock: (at) => clock.format(new Date(at)),
      day: (at) => {
        const date = new Date(at);
        const today = new Date();
        const said = (date.getFullYear() === today.getFullYear() ? day : dayWithYear).format(date);
        if (dayOf(at) === dayOf(today.toISOString())) return t("today", { date: said });
        today.setDate(today.getDate() - 1);
        return dayOf(at) === dayOf(today.toISOString()) ? t("yesterday", { date: said }) : said;
      },
      full: (at) => full.format(new Date(at)),
    };
  }, [locale, t]);
}

/** The day of an instant in the reader's zone, to compare with other days. */
export function dayOf(at: Instant): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

const formats = new Map<string, ReturnType<typeof makeFormats>>();

function formatsOf(locale: Locale) {
  const known = formats.get(locale);
  if (known) return known;
  const made = makeFormats(locale);
  formats.set(locale, made);
  return made;
}

function makeFormats(locale: Locale) {
  const customs = regional(locale);
  return {
    clock: new Intl.DateTimeFormat(customs, { hour: "2-digit", minute: "2-digit" }),
    day: new Intl.DateTimeFormat(customs, { weekday: "long", day: "numeric", month: "long" }),
    dayWithYear: new Intl.DateTimeFormat(customs, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    full: new Intl.DateTimeFormat(customs, { dateStyle: "full", timeStyle: "medium" }),
  };
}
