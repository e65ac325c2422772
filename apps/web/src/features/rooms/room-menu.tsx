"use client";

import type { LiveRoom } from "@tertulia/client";
import { useTranslations } from "next-intl";
import { useStore } from "@/features/connection/tertulia";
import { useDialogs } from "@/features/frame/dialogs";
import { MenuButton, type MenuEntry } from "@/ui/menu-button";
import { mayAdminister, mayDelete } from "./rights";

/** What I may do with the room as a whole; nothing, no menu. */
export function RoomMenu({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.head");
  const dialogs = useDialogs();
  const me = useStore(room, (state) => state.me);
  const opened = useStore(room, (state) => (state.status === "ready" ? state.room : null));
  if (!me || opened?.kind !== "room") return null;

  const entries: MenuEntry[] = [
    ...(mayAdminister(me)
      ? [
          { icon: "invite" as const, label: t("addPeople"), onSelect: () => dialogs.open({ kind: "add-people", roomId: opened.id }) },
          { icon: "pen" as const, label: t("edit"), onSelect: () => dialogs.open({ kind: "edit-room", room: opened }) },
          "line" as const,
        ]
      : []),
    { icon: "leave", label: t("leave"), onSelect: () => dialogs.open({ kind: "leave-room", room: opened, title: opened.title }) },
    ...(mayDelete(me) ? [{ icon: "bin" as const, label: t("delete"), danger: true, onSelect: () => dialogs.open({ kind: "delete-room", room: opened }) }] : []),
  ];
  return <MenuButton icon="more" label={t("more")} size="head" entries={entries} />;
}
