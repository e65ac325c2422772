"use client";

import type { PresenceStatus } from "@tertulia/model/presence";
import { useTranslations } from "next-intl";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { Avatar } from "@/ui/avatar";
import { IconButton } from "@/ui/icon-button";
import { Skeleton } from "@/ui/skeleton";
import { useDialogs } from "./dialogs";

/** Who I am here, how others see me, and my settings. */
export function OwnRow({ presence }: { presence: PresenceStatus }) {
  const t = useTranslations("frame");
  const dialogs = useDialogs();
  const account = useStore(useTertulia().account);
  return (
    <footer className="mt-1 flex shrink-0 items-center gap-2.5 border-t border-line ps-2.5 pe-1 pt-2 pb-0.5 text-small leading-[1.2]">
      {account ? (
        <>
          <Avatar user={account} size={28} presence={presence} />
          <div className="min-w-0 flex-1">
            <b className="block truncate font-semibold" dir="auto">
              {account.displayName}
            </b>
            <small className="mt-0.5 block text-meta leading-[1.2] text-ink-3">{t(`own.${presence}`)}</small>
          </div>
        </>
      ) : (
        <>
          <Skeleton className="size-7 rounded-full" />
          <Skeleton className="me-auto h-3 w-24" />
        </>
      )}
      <IconButton icon="settings" label={t("settings")} size="head" onClick={() => dialogs.open({ kind: "settings" })} />
    </footer>
  );
}
