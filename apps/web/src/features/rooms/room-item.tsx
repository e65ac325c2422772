"use client";

import type { PresenceStatus } from "@tertulia/model/presence";
import type { InboxEntry } from "@tertulia/model/rooms";
import { clsx } from "clsx";
import { useLocale, useTranslations } from "next-intl";
import { memo, type MouseEvent } from "react";
import { goTo, pathOfRoom } from "@/features/frame/place";
import { shortWhen } from "@/i18n/when";
import { Avatar } from "@/ui/avatar";
import { Count } from "@/ui/count";
import { Seat } from "@/ui/seat";
import { entryTitle } from "./room-title";
import { useHasDraft } from "./use-draft";

export interface RoomItemProps {
  entry: InboxEntry;
  open: boolean;
  presence: PresenceStatus | undefined;
}

/** A room in the list: one line when read, two when not, the second saying who said what. */
export const RoomItem = memo(function RoomItem({ entry, open, presence }: RoomItemProps) {
  const t = useTranslations("rooms.list");
  const locale = useLocale();
  const draft = useHasDraft(entry.room.id);
  const unread = entry.unread > 0;
  const path = pathOfRoom(entry.room.id);

  return (
    <a
      href={path}
      aria-current={open ? "page" : undefined}
      data-unread={unread ? "" : undefined}
      onClick={(event) => goWithin(event, path)}
      className={clsx(
        "mt-px grid grid-cols-[1.25rem_minmax(0,1fr)_auto] gap-x-2.5 rounded-thing ps-3 pe-2.5 text-small no-underline -outline-offset-2 focus-visible:rounded-thing",
        "max-md:min-h-11 max-md:grid-cols-[1.5rem_minmax(0,1fr)_auto] max-md:text-body",
        unread ? "items-start py-[7px] text-ink max-md:py-[9px]" : "min-h-[2.0625rem] items-center py-1.5 text-ink-2",
        open ? "bg-selected font-semibold text-ink shadow-up-1 [--on:var(--selected)]" : "hover:bg-hover hover:[--on:var(--hover)]",
      )}
    >
      <Face entry={entry} open={open} presence={presence} />
      <span className={clsx("truncate", unread && "font-[650]")} dir="auto">
        {entryTitle(entry)}
      </span>
      <span className={clsx("flex items-center gap-1.5 text-meta font-normal text-ink-3 tabular-nums max-md:text-small", unread && "h-(--l-small) max-md:h-(--l-body)")}>
        {draft && !open ? <span className="text-red">{t("draft")}</span> : null}
        {unread && entry.last ? <time dateTime={entry.last.at} className="md:max-lg:hidden">{shortWhen(entry.last.at, locale)}</time> : null}
        {unread ? <Count value={entry.unread} mentions={entry.mentions} /> : null}
        {unread ? <span className="sr-only">{entry.mentions > 0 ? t("mentionsYou") : t("unread")}</span> : null}
      </span>
      {unread && entry.last ? <LastWords entry={entry} /> : null}
    </a>
  );
});

function Face({ entry: { room, others, unread, mentions }, open, presence }: RoomItemProps) {
  const [other] = others;
  if (room.kind !== "room" && other) {
    return (
      <>
        <Avatar user={other} size={20} presence={presence} className="max-md:hidden" />
        <Avatar user={other} size={24} presence={presence} className="md:hidden" />
      </>
    );
  }
  const state = mentions > 0 ? "mention" : unread > 0 ? "unread" : room.isPrivate ? "private" : "read";
  return (
    <span className={clsx("justify-self-center max-md:mt-0.5", open || unread > 0 ? "text-green" : "text-ink-3")}>
      <Seat state={state} />
    </span>
  );
}

function LastWords({ entry: { room, last } }: { entry: InboxEntry }) {
  const t = useTranslations("rooms.list");
  if (!last) return null;
  return (
    <span className="col-start-2 -col-end-1 truncate font-normal text-ink-3 [text-autospace:no-autospace] max-md:text-[.875rem]" dir="auto">
      {room.kind === "room" ? t.rich("last", { who: last.author.displayName, words: last.excerpt, b: (words) => <b className="font-medium text-ink-2">{words}</b> }) : last.excerpt}
    </span>
  );
}

/** A plain click stays in the page; with a key or the other button it is a link like any other. */
function goWithin(event: MouseEvent, path: string): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(path);
}
