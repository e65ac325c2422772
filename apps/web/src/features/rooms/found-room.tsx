"use client";

import type { BrowsedRoom } from "@tertulia/model/rooms";
import { useTranslations } from "next-intl";
import { goTo, pathOfRoom } from "@/features/frame/place";
import { Button } from "@/ui/button";
import { Seat } from "@/ui/seat";
import { JoinPassword } from "./join-password";
import { useJoin } from "./use-join";

/** A public room: what it's about, and the way in. */
export function FoundRoom({ found: { room, joined }, onClose }: { found: BrowsedRoom; onClose: () => void }) {
  const t = useTranslations("rooms.find");
  const go = () => {
    goTo(pathOfRoom(room.id));
    onClose();
  };
  const join = useJoin(room.id, go);
  const label = joined ? t("open") : t("join");

  return (
    <li className="grid gap-2 border-t border-line py-2.5 first:border-0">
      <div className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] items-center gap-x-3">
        <span className="justify-self-center text-ink-3">
          <Seat state={room.hasPassword ? "private" : "read"} />
        </span>
        <span className="min-w-0">
          <b className="block truncate text-body font-[550]" dir="auto">
            {room.title}
          </b>
          <small className="block truncate text-small text-ink-3">
            {t("members", { count: room.memberCount })}
            {room.description ? ` · ${room.description}` : ""}
          </small>
        </span>
        {join.asksPassword ? null : (
          <Button size="small" busy={join.deed.busy} onClick={() => (joined ? go() : join.join())} aria-label={`${label}: ${room.title}`}>
            {label}
          </Button>
        )}
      </div>
      <div className="ms-9 empty:hidden">
        <JoinPassword join={join} />
      </div>
    </li>
  );
}
