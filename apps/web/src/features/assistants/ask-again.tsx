"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/ui/button";
import { useConversation } from "../messages/conversation-context";

/** Asks the same assistant the same thing once more. */
export function AskAgain({ message, look }: { message: TimelineMessage; look: "plain" | "quiet" }) {
  const t = useTranslations("assistants");
  const { actions } = useConversation();
  const [busy, setBusy] = useState(false);

  const ask = async () => {
    setBusy(true);
    await actions.askAgain(message);
    setBusy(false);
  };

  return (
    <Button look={look} size="small" icon="again" busy={busy} onClick={() => void ask()}>
      {t("tryAgain")}
    </Button>
  );
}
