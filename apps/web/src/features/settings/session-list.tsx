"use client";

import type { Session } from "@tertulia/model/sessions";
import { useLocale, useTranslations } from "next-intl";
import { useRef } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { shortWhen } from "@/i18n/when";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Skeleton } from "@/ui/skeleton";
import { AskFirst } from "./ask-first";
import { deviceOf, programOf } from "./device-of";
import { SettingRow } from "./setting-row";
import { isToken } from "./token";
import { useSessions } from "./use-sessions";

/** Every place where I'm signed in, each to be ended from here. */
export function SessionList() {
  const t = useTranslations("settings.sessions");
  const { trpc } = useTertulia();
  const { list, isLoading, refused, refresh } = useSessions();
  const deed = useDeed();
  const title = useRef<HTMLHeadingElement>(null);
  const sessions = list?.filter((session) => !isToken(session)) ?? [];

  const end = (ending: () => Promise<unknown>) =>
    deed.run(async () => {
      try {
        await ending();
      } finally {
        await refresh();
      }
      // The button that had the focus is gone.
      title.current?.focus();
    });

  return (
    <section className="pt-4">
      <div className="flex min-h-9 flex-wrap items-center gap-x-2 pb-1">
        <h3 ref={title} tabIndex={-1} className="me-auto text-small font-[550]">{t("title")}</h3>
        {sessions.length > 2 ? (
          <AskFirst label={t("signOutOthers")} question={t("signOutOthersQuestion")} keep={t("keep")} look="quiet" busy={deed.busy} onSure={() => end(() => trpc.sessions.revokeOthers.mutate())} />
        ) : null}
      </div>
      {isLoading ? <Skeleton className="h-12 w-full" /> : null}
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} busy={deed.busy} onEnd={() => end(() => trpc.sessions.revoke.mutate({ id: session.id }))} />
      ))}
      <RefusalLine refused={deed.refused ?? refused} />
      {refused && !list ? (
        <Button size="small" className="mt-2" busy={isLoading} onClick={() => void refresh()}>
          {t("tryAgain")}
        </Button>
      ) : null}
    </section>
  );
}

function SessionRow({ session, busy, onEnd }: { session: Session; busy: boolean; onEnd: () => void }) {
  const t = useTranslations("settings.sessions");
  const locale = useLocale();
  const device = deviceOf(session.userAgent);
  const name = device ? t("device", { browser: device.browser, system: device.system }) : (programOf(session.userAgent) ?? t("unknown"));
  const facts = [session.current ? t("this") : t("lastUsed", { when: shortWhen(session.lastUsedAt, locale) }), ...(session.ipAddress ? [session.ipAddress] : [])];
  return (
    <SettingRow icon={<Icon name={device ? (device.phone ? "phone" : "laptop") : "link"} className="text-ink-2" />} label={name} hint={facts.join(" · ")}>
      {session.current ? null : (
        <Button size="small" look="danger" disabled={busy} aria-label={`${t("signOut")}: ${name}`} onClick={onEnd}>
          {t("signOut")}
        </Button>
      )}
    </SettingRow>
  );
}
