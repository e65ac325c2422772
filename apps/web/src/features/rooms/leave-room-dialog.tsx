"use client";

import type { Room } from "@tertulia/model/rooms";
import { useTranslations } from "next-intl";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { goTo, HOME } from "@/features/frame/place";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

export default function LeaveRoomDialog({ room, title, onClose }: { room: Room; title: string; onClose: () => void }) {
  const t = useTranslations("rooms.leave");
  const { trpc } = useTertulia();
  const deed = useDeed();

  const leave = () =>
    deed.run(async () => {
      await trpc.rooms.leave.mutate({ roomId: room.id });
      goTo(HOME);
      onClose();
    });

  return (
    <Dialog
      title={t("title", { room: title })}
      description={room.isPrivate ? t("wordsPrivate") : t("words")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="danger" busy={deed.busy} onClick={leave}>
            {t("submit")}
          </Button>
        </>
      }
    >
      <RefusalLine refused={deed.refused} />
    </Dialog>
  );
}
