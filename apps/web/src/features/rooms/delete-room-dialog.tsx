"use client";

import type { Room } from "@tertulia/model/rooms";
import { useTranslations } from "next-intl";
import { useState, type FormEvent } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { goTo, HOME } from "@/features/frame/place";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/text-input";

/** What destroys asks for the name. */
export default function DeleteRoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const t = useTranslations("rooms.delete");
  const { trpc } = useTertulia();
  const deed = useDeed();
  const [name, setName] = useState("");
  const named = name.trim() === room.title.trim();

  const remove = (event: FormEvent) => {
    event.preventDefault();
    if (!named) return;
    deed.run(async () => {
      await trpc.rooms.delete.mutate({ roomId: room.id });
      goTo(HOME);
      onClose();
    });
  };

  return (
    <Dialog title={t("title", { room: room.title })} description={t("words")} onClose={onClose}>
      <form className="grid gap-4 pt-2" onSubmit={remove}>
        <Field label={t("name")}>{(control) => <TextInput {...control} autoFocus autoComplete="off" placeholder={room.title} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <RefusalLine refused={deed.refused} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="danger" disabled={!named} busy={deed.busy}>
            {t("submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
