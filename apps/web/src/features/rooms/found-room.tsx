"use client";

import type { BrowsedRoom } from "@tertulia/model/rooms";
import { useTranslations } from "next-intl";
import { useState, type FormEvent } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { goTo, pathOfRoom } from "@/features/frame/place";
import { Button } from "@/ui/button";
import { PasswordInput } from "@/ui/password-input";
import { Seat } from "@/ui/seat";

/** A public room: what it's about, and the way in. A room with a password asks for it here. */
export function FoundRoom({ found: { room, joined }, onClose }: { found: BrowsedRoom; onClose: () => void }) {
  const t = useTranslations("rooms.find");
  const { trpc } = useTertulia();
  const deed = useDeed();
  const [asking, setAsking] = useState(false);
  const [password, setPassword] = useState("");

  const go = () => {
    goTo(pathOfRoom(room.id));
    onClose();
  };
  const join = (event?: FormEvent) => {
    event?.preventDefault();
    if (joined) return go();
    if (room.hasPassword && !asking) return setAsking(true);
    deed.run(async () => {
      await trpc.rooms.join.mutate({ roomId: room.id, ...(room.hasPassword ? { password } : {}) });
      go();
    });
  };
  const wrong = deed.refused?.code === "WRONG_PASSWORD";

  return (
    <li className="border-t border-line py-2.5 first:border-0">
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
        <Button size="small" busy={deed.busy} onClick={() => join()} aria-label={`${joined ? t("open") : t("join")}: ${room.title}`}>
          {joined ? t("open") : t("join")}
        </Button>
      </div>
      {asking ? (
        <form className="ms-9 mt-2 flex gap-2" onSubmit={join}>
          <PasswordInput className="flex-1" aria-label={t("password")} placeholder={t("password")} aria-invalid={wrong || undefined} autoFocus autoComplete="off" value={password} onChange={(event) => setPassword(event.target.value)} />
          <Button type="submit" look="main" busy={deed.busy}>
            {t("join")}
          </Button>
        </form>
      ) : null}
      {deed.refused ? <div className="ms-9 mt-2">{wrong ? <p role="alert" className="text-meta text-red">{t("wrongPassword")}</p> : <RefusalLine refused={deed.refused} />}</div> : null}
    </li>
  );
}
