"use client";

import { useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";
import { Icon, type IconName } from "@/ui/icon";
import { useConversation } from "./conversation-context";
import type { RoomNotice } from "./room-notices";
import { useTimes } from "./use-times";

const icons = { joined: "enter", left: "leave", renamed: "pen" } satisfies Record<RoomNotice["kind"], IconName>;

/** A line of the room itself, between what people say. */
export const NoticeRow = memo(function NoticeRow({ notice }: { notice: RoomNotice }) {
  const times = useTimes();
  return (
    <div className="talk-row notice-row" data-row={notice.key} tabIndex={-1}>
      <span>
        <Icon name={icons[notice.kind]} small />
      </span>
      <p data-tooltip={times.full(notice.at)}>
        <NoticeWords notice={notice} />
      </p>
    </div>
  );
});

function NoticeWords({ notice }: { notice: RoomNotice }) {
  const t = useTranslations("messages.notices");
  const { me } = useConversation();
  const b = (words: ReactNode) => <b><bdi>{words}</bdi></b>;
  if (notice.kind === "renamed") return t.rich("renamed", { title: notice.title, b });
  if (notice.userId === me.id) return t("youJoined");
  return t.rich(notice.kind, { name: notice.name, b });
}
