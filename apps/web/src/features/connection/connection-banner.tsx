"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Banner } from "@/ui/banner";
import { Button } from "@/ui/button";
import { useStore, useTertulia } from "./tertulia";

const SHOWN_AFTER_MS = 1_000;

/** Says that the connection is away, or that the session has ended; nothing for a moment's stumble. */
export function ConnectionBanner({ catchingUp }: { catchingUp: boolean }) {
  const t = useTranslations("connection");
  const { connection } = useTertulia();
  const { status, since } = useStore(connection);
  const slow = useLasting(SHOWN_AFTER_MS, catchingUp && status === "online");
  const lost = useOlderThan(SHOWN_AFTER_MS, status === "reconnecting" || status === "offline" ? since : null);

  if (status === "signedOut") {
    return (
      <Banner icon="lock" tone="red" action={<Button size="small" onClick={() => window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname)}`)}>{t("signIn")}</Button>}>
        {t("signedOut")}
      </Banner>
    );
  }
  if (lost) {
    return (
      <Banner icon="offline" action={<Button look="quiet" size="small" onClick={connection.retryNow}>{t("retryNow")}</Button>}>
        {t("offline")}
      </Banner>
    );
  }
  return slow ? <Banner icon="again">{t("catchingUp")}</Banner> : null;
}

/** Whether something has been so for that long. */
function useLasting(ms: number, isSo: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const waiting = setTimeout(() => setLasts(true), ms);
    return () => {
      clearTimeout(waiting);
      setLasts(false);
    };
  }, [isSo, ms]);
  return isSo && lasts;
}

/** Whether something that began at `since` has gone on for so long; null is nothing that goes on. */
function useOlderThan(ms: number, since: number | null): boolean {
  const [old, setOld] = useState<number | null>(null);
  useEffect(() => {
    if (since === null) return;
    const waiting = setTimeout(() => setOld(since), since + ms - Date.now());
    return () => clearTimeout(waiting);
  }, [since, ms]);
  return since !== null && old === since;
}
