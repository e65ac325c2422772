"use client";

import type { Id } from "@tertulia/model/ids";
import type { User } from "@tertulia/model/users";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Queries } from "@/features/connection/queries";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { showToast } from "@/ui/toasts";
import { PeoplePicker } from "./people-picker";

/** Gives people and assistants a seat in a room. */
export default function AddPeopleDialog({ roomId, onClose }: { roomId: Id; onClose: () => void }) {
  const t = useTranslations("people.add");
  const tertulia = useTertulia();
  const members = useStore(tertulia.room(roomId), (state) => state.members);
  const deed = useDeed();
  const [chosen, setChosen] = useState<readonly User[]>([]);

  const add = () =>
    deed.run(async () => {
      for (const user of chosen) {
        await tertulia.trpc.members.add.mutate({ roomId, userId: user.id });
        showToast(t("added", { name: user.displayName }));
        // If the next one is refused, whoever has a seat by now isn't asked for again.
        setChosen((left) => left.filter(({ id }) => id !== user.id));
      }
      onClose();
    });

  return (
    <Dialog
      title={t("title")}
      onClose={onClose}
      footer={
        <Button look="main" disabled={chosen.length === 0} busy={deed.busy} onClick={add}>
          {t("submit", { count: chosen.length })}
        </Button>
      }
    >
      <Queries>
        <PeoplePicker chosen={chosen} onChange={setChosen} already={new Map(members.map(({ user }) => [user.id, t("already")]))} assistants />
      </Queries>
      <RefusalLine refused={deed.refused} />
    </Dialog>
  );
}
