"use client";

import type { User } from "@tertulia/model/users";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Queries } from "@/features/connection/queries";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useDeed } from "@/features/connection/use-deed";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { PeoplePicker } from "./people-picker";
import { useDirectMessage } from "./use-direct-message";

/** One person: whoever is chosen next takes the place of the one before. The same two always have the same conversation. */
export default function MessageSomeoneDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("people.message");
  const deed = useDeed();
  const directMessage = useDirectMessage();
  const [chosen, setChosen] = useState<User | null>(null);

  const start = ({ id }: User) =>
    deed.run(async () => {
      await directMessage(id);
      onClose();
    });

  return (
    <Dialog
      title={t("title")}
      onClose={onClose}
      footer={
        <Button look="main" disabled={!chosen} busy={deed.busy} onClick={() => chosen && start(chosen)}>
          {t("submit")}
        </Button>
      }
    >
      <Queries>
        <PeoplePicker chosen={chosen ? [chosen] : []} onChange={(users) => setChosen(users.at(-1) ?? null)} />
      </Queries>
      <RefusalLine refused={deed.refused} />
    </Dialog>
  );
}
