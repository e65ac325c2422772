"use client";

import type { Room } from "@tertulia/model/rooms";
import { useTranslations } from "next-intl";
import { useState, type FormEvent } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { RoomFields } from "./room-fields";

export default function EditRoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const t = useTranslations("rooms.edit");
  const { trpc } = useTertulia();
  const deed = useDeed();
  const [words, setWords] = useState({ title: room.title, description: room.description });
  const title = words.title.trim();

  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (title === "") return;
    deed.run(async () => {
      await trpc.rooms.update.mutate({ roomId: room.id, title, description: words.description.trim() });
      onClose();
    });
  };

  return (
    <Dialog title={t("title")} onClose={onClose}>
      <form className="grid gap-4 pt-1" onSubmit={keep}>
        <RoomFields words={words} onChange={setWords} nameMissing={title === ""} />
        <RefusalLine refused={deed.refused} />
        <Button type="submit" look="main" className="justify-self-end" busy={deed.busy}>
          {t("submit")}
        </Button>
      </form>
    </Dialog>
  );
}
