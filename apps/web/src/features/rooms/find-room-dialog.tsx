"use client";

import { useQuery, keepPreviousData } from "@tanstack/react-query";
import type { BrowsedRoom } from "@tertulia/model/rooms";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Queries } from "@/features/connection/queries";
import { refusalOf } from "@/features/connection/refusal";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useSettled } from "@/features/connection/use-settled";
import { useDialogs } from "@/features/frame/dialogs";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextInput } from "@/ui/text-input";
import { FoundRoom } from "./found-room";

export default function FindRoomDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("rooms.find");
  return (
    <Dialog title={t("title")} onClose={onClose} wide>
      <Queries>
        <PublicRooms onClose={onClose} />
      </Queries>
    </Dialog>
  );
}

function PublicRooms({ onClose }: { onClose: () => void }) {
  const t = useTranslations("rooms.find");
  const { trpc } = useTertulia();
  const dialogs = useDialogs();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim());
  const found = useQuery({
    queryKey: ["rooms.browse", q],
    queryFn: () => trpc.rooms.browse.query(q ? { q } : {}),
    placeholderData: keepPreviousData,
  });
  const rooms: readonly BrowsedRoom[] = found.data?.items ?? [];

  return (
    <>
      <TextInput icon="search" type="search" aria-label={t("search")} placeholder={t("search")} autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} />
      <div className="mt-2 min-h-56" aria-live="polite" aria-busy={found.isFetching}>
        {found.error ? <RefusalLine refused={refusalOf(found.error)} /> : null}
        <ul>
          {rooms.map((each) => (
            <FoundRoom key={each.room.id} found={each} onClose={onClose} />
          ))}
        </ul>
        {found.isSuccess && rooms.length === 0 ? (
          <div className="grid justify-items-center gap-3 pt-12 text-center text-small text-ink-2">
            {q ? t("noneFor", { query: q }) : t("none")}
            <Button icon="plus" onClick={() => dialogs.open({ kind: "new-room" })}>
              {t("newRoom")}
            </Button>
          </div>
        ) : null}
      </div>
    </>
  );
}
