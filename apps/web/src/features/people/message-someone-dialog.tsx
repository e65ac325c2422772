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

/** One person or several; the same people always have the same conversation. */
export default function MessageSomeoneDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("people.message");
  const deed = useDeed();
  const directMessage = useDirectMessage();
  const [chosen, setChosen] = useState<readonly User[]>([]);

  const start = () =>
    deed.run(async () => {
      await directMessage(...chosen.map(({ id }) => id));
      onClose();
    });

  return (
    <Dialog
      title={t("title")}
      onClose={onClose}
      footer={
        <Button look="main" disabled={chosen.length === 0} busy={deed.busy} onClick={start}>
          {t("submit")}
        </Button>
      }
    >
      <Queries>
        <PeoplePicker chosen={chosen} onChange={setChosen} />
      </Queries>
      <RefusalLine refused={deed.refused} />
    </Dialog>
  );
}
