"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Session } from "@tertulia/model/sessions";
import { useLocale, useTranslations } from "next-intl";
import { refusalOf } from "@/features/connection/refusal";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { shortWhen } from "@/i18n/when";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Skeleton } from "@/ui/skeleton";
import { deviceOf } from "./device-of";
import { SettingRow } from "./setting-row";

const KEY = ["sessions.list"];

/** Every place I'm signed in and every token I gave away, each to be ended from here. */
export function SessionList() {
  const t = useTranslations("settings.sessions");
  const { trpc } = useTertulia();
  const queries = useQueryClient();
  const deed = useDeed();
  const sessions = useQuery({ queryKey: KEY, queryFn: () => trpc.sessions.list.query() });

  const end = (ending: () => Promise<unknown>) =>
    deed.run(async () => {
      await ending();
      await queries.invalidateQueries({ queryKey: KEY });
    });

  return (
    <section className="pt-4">
      <h3 className="flex min-h-9 items-center text-small font-[550]">
        <span className="me-auto">{t("title")}</span>
        {(sessions.data?.length ?? 0) > 2 ? (
          <Button size="small" look="quiet" busy={deed.busy} onClick={() => end(() => trpc.sessions.revokeOthers.mutate())}>
            {t("signOutOthers")}
          </Button>
        ) : null}
      </h3>
      {sessions.isPending ? <Skeleton className="h-12 w-full" /> : null}
      {sessions.data?.map((session) => (
        <SessionRow key={session.id} session={session} busy={deed.busy} onEnd={() => end(() => trpc.sessions.revoke.mutate({ id: session.id }))} />
      ))}
      <RefusalLine refused={deed.refused ?? (sessions.error ? refusalOf(sessions.error) : null)} />
    </section>
  );
}

function SessionRow({ session, busy, onEnd }: { session: Session; busy: boolean; onEnd: () => void }) {
  const t = useTranslations("settings.sessions");
  const locale = useLocale();
  const device = deviceOf(session.userAgent);
  const token = session.kind === "api";
  const name = session.name ?? (device ? t("device", { browser: device.browser, system: device.system }) : token ? t("token") : t("unknown"));
  const facts = [
    session.current ? t("this") : t("lastUsed", { when: shortWhen(session.lastUsedAt, locale) }),
    ...(token && session.name ? [t("token")] : []),
    ...(session.ipAddress ? [session.ipAddress] : []),
  ];
  return (
    <SettingRow icon={<Icon name={token ? "link" : device?.phone ? "phone" : "laptop"} className="text-ink-2" />} label={name} hint={facts.join(" · ")}>
      {session.current ? null : (
        <Button size="small" look="danger" disabled={busy} aria-label={`${token ? t("revoke") : t("signOut")}: ${name}`} onClick={onEnd}>
          {token ? t("revoke") : t("signOut")}
        </Button>
      )}
    </SettingRow>
  );
}
