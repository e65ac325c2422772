"use client";

import { useTranslations } from "next-intl";
import { useState, type FormEvent } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { goTo, pathOfRoom } from "@/features/frame/place";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Switch } from "@/ui/switch";
import { RoomFields } from "./room-fields";

export default function NewRoomDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("rooms.create");
  const { trpc } = useTertulia();
  const deed = useDeed();
  const [words, setWords] = useState({ title: "", description: "" });
  const [isPrivate, setPrivate] = useState(false);
  const [tried, setTried] = useState(false);
  const title = words.title.trim();

  const create = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (title === "") return;
    deed.run(async () => {
      const { room } = await trpc.rooms.create.mutate({ kind: "room", title, description: words.description.trim(), isPrivate });
      goTo(pathOfRoom(room.id));
      onClose();
    });
  };

  return (
    <Dialog title={t("title")} onClose={onClose}>
      <form className="grid gap-4 pt-1" onSubmit={create}>
        <RoomFields words={words} onChange={setWords} nameMissing={tried && title === ""} />
        <div className="flex items-center gap-4 text-small">
          <div className="flex-1">
            <span className="font-[550]">{t("private")}</span>
            <small className="block text-meta leading-[1.0625rem] text-ink-3">{t("privateHint")}</small>
          </div>
          <Switch label={t("private")} checked={isPrivate} onChange={setPrivate} />
        </div>
        <RefusalLine refused={deed.refused} />
        <Button type="submit" look="main" className="justify-self-end" busy={deed.busy}>
          {t("submit")}
        </Button>
      </form>
    </Dialog>
  );
}
