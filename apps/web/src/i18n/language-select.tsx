"use client";

import { useLocale, useTranslations } from "next-intl";
import { Icon } from "@/ui/icon";
import { isLocale, localeNames, locales } from "./locales";
import { switchLanguage } from "./switch-language";

/** The page's language, small, for the corner of a screen. */
export function LanguageSelect() {
  const t = useTranslations("ui");
  const locale = useLocale();
  return (
    <label className="relative inline-flex h-8 items-center gap-1.5 rounded-[8px] px-2.5 text-meta font-[550] text-ink-2 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-green hover:bg-hover hover:text-ink">
      <Icon name="globe" small />
      <select
        aria-label={t("language")}
        value={locale}
        onChange={(event) => isLocale(event.target.value) && switchLanguage(event.target.value)}
        className="cursor-pointer appearance-none bg-transparent outline-none [field-sizing:content] leading-6 max-md:text-[1rem]"
      >
        {locales.map((each) => (
          <option key={each} value={each} lang={each} className="bg-raise text-ink">
            {localeNames[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
