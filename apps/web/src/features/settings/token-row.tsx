"use client";

import type { Instant } from "@tertulia/model/ids";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useTimes } from "@/features/messages/use-times";
import { dateOf, shortWhen } from "@/i18n/when";
import { Icon } from "@/ui/icon";
import { AskFirst } from "./ask-first";
import { SettingRow } from "./setting-row";
import { isUnused, type Token } from "./token";

/** A token by its name and its times, to be revoked. */
export function TokenRow({ token, busy, onRevoke }: { token: Token; busy: boolean; onRevoke: () => void }) {
  const t = useTranslations("settings.tokens");
  return (
    <SettingRow icon={<Icon name="key" className="text-ink-2" />} label={<bdi className="wrap-anywhere">{token.name}</bdi>} hint={<TokenTimes token={token} />}>
      <AskFirst label={t("revoke")} about={token.name} question={t("revokeQuestion")} keep={t("keep")} busy={busy} onSure={onRevoke} />
    </SettingRow>
  );
}

/** When it was made, was last used and will end: in short, and to the second when it is pointed at or focused. */
function TokenTimes({ token }: { token: Token }) {
  const t = useTranslations("settings.tokens");
  const locale = useLocale();
  const { full } = useTimes();
  const { createdAt, lastUsedAt, expiresAt } = token;

  const inShort = (at: Instant, when: string) => ({ when, at: (words: ReactNode) => <time dateTime={at} data-tooltip={full(at)}>{words}</time> });
  const toTheSecond = (at: Instant) => ({ when: full(at), at: (words: string) => words });
  const whole = [
    t.markup("created", toTheSecond(createdAt)),
    isUnused(token) ? t("unused") : t.markup("lastUsed", toTheSecond(lastUsedAt)),
    t.markup("expires", toTheSecond(expiresAt)),
  ].join(" · ");

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what a pointer is told, a keyboard is told too.
    <span tabIndex={0} role="group" aria-label={whole} data-tooltip={whole} className="mt-0.5 inline-block outline-offset-1">
      <span className="inline-block">{t.rich("created", inShort(createdAt, dateOf(createdAt, locale)))}</span>
      {" · "}
      <span className="inline-block">{isUnused(token) ? t("unused") : t.rich("lastUsed", inShort(lastUsedAt, shortWhen(lastUsedAt, locale)))}</span>
      {" · "}
      <span className="inline-block">{t.rich("expires", inShort(expiresAt, dateOf(expiresAt, locale)))}</span>
    </span>
  );
}
