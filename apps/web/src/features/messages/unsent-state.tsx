"use client";

import type { OutboxItem } from "@tertulia/client/state";
import { useTranslations } from "next-intl";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { useConversation } from "./conversation-context";
import { useSecondsUntil } from "./use-seconds-until";

/** Why a message isn't out yet, and what can be done; nothing while all is well. */
export function UnsentState({ item }: { item: OutboxItem }) {
  const t = useTranslations("messages");
  const say = useRefusalText();
  const { actions } = useConversation();
  const online = useStore(useTertulia().connection, (connection) => connection.status === "online");
  const seconds = useSecondsUntil(item.retryAt);

  if (item.status === "failed") {
    return (
      <div className="unsent-state text-red" role="status">
        <Icon name="warning" small />
        <span className="font-[550]">{t("notSent", { cause: item.refusal ? say(item.refusal) : "" })}</span>
        <Button look="quiet" size="small" icon="again" onClick={() => actions.sendAgain(item.clientId)}>{t("tryAgain")}</Button>
        <Button look="quiet" size="small" onClick={() => actions.discard(item.clientId)}>{t("delete")}</Button>
      </div>
    );
  }
  const cause =
    item.refusal?.code === "RATE_LIMITED" ? t("slowDown", { seconds }) : item.refusal ? t("waitsFor", { cause: say(item.refusal), seconds }) : online ? "" : t("waitsForConnection");
  if (cause === "") return null;
  return (
    <div className="unsent-state text-ink-3">
      <Icon name="clock" small />
      {cause}
      <Button look="quiet" size="small" onClick={() => actions.discard(item.clientId)}>{t("delete")}</Button>
    </div>
  );
}
