import type { Locale } from "@tertulia/model/users";

/** The languages the app speaks, the first being the one for readers who ask for none of them. */
export const locales = ["en", "zh-CN"] as const satisfies readonly Locale[];

/** Remembers the reader's choice on this device. */
export const LOCALE_COOKIE = "tertulia.locale";

/** The names the languages call themselves. */
export const localeNames: Record<Locale, string> = { en: "English", "zh-CN": "中文" };

export const isLocale = (value: string): value is Locale => locales.some((locale) => locale === value);

/** Which way a language is written; the layout follows by logical sides. */
export const directionOf = (_locale: Locale): "ltr" | "rtl" => "ltr";
