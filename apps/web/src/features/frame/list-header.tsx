"use client";

import { useTranslations } from "next-intl";
import { Icon } from "@/ui/icon";
import { Kbd } from "@/ui/kbd";
import { MenuButton } from "@/ui/menu-button";
import { Wordmark } from "@/ui/wordmark";
import { useDialogs } from "./dialogs";
import { modifierKey } from "./modifier-key";

/** The name of the house, everything that can be begun, and the way to jump. */
export function ListHeader() {
  const t = useTranslations("frame");
  const list = useTranslations("rooms.list");
  const dialogs = useDialogs();
  return (
    <>
      <header className="flex h-12 shrink-0 items-center justify-between ps-2 pe-1">
        <Wordmark />
        <MenuButton
          icon="pen"
          label={t("new")}
          size="head"
          entries={[
            { icon: "plus", label: list("newRoom"), onSelect: () => dialogs.open({ kind: "new-room" }) },
            { icon: "door", label: list("findRoom"), onSelect: () => dialogs.open({ kind: "find-room" }) },
            "line",
            { icon: "people", label: list("messageSomeone"), onSelect: () => dialogs.open({ kind: "message-someone" }) },
            { icon: "face", label: list("askAssistant"), onSelect: () => dialogs.open({ kind: "ask-assistant" }) },
          ]}
        />
      </header>
      <button
        type="button"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => dialogs.open({ kind: "switcher" })}
        className="mx-1 mt-0.5 mb-1.5 flex h-9 shrink-0 items-center gap-2 rounded-thing bg-[color-mix(in_oklch,var(--table)_55%,transparent)] ps-2.5 pe-1.5 text-start text-small text-ink-3 inset-ring inset-ring-line transition-colors hover:bg-table max-md:h-10 max-md:text-body"
      >
        <Icon name="search" small />
        <span className="flex-1">{t("jump")}</span>
        <span className="max-md:hidden">
          <Kbd bare>{`${modifierKey()} K`}</Kbd>
        </span>
      </button>
    </>
  );
}
