"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import { useTranslations } from "next-intl";
import { IconButton } from "@/ui/icon-button";
import { useConversation } from "./conversation-context";
import { rightsOver } from "./message-rights";

/** What can be done with a message, laid over its upper corner so that nothing moves. */
export function MessageTools({ message }: { message: TimelineMessage }) {
  const t = useTranslations("messages");
  const conversation = useConversation();
  const { actions } = conversation;
  const { edit, copy, remove } = rightsOver(message, conversation);
  if (!edit && !copy && !remove) return null;
  return (
    <div className="tools" role="toolbar" aria-label={t("tools")}>
      {edit ? <IconButton icon="pen" label={t("edit")} size="small" onClick={() => actions.edit(message)} /> : null}
      {copy ? <IconButton icon="copy" label={t("copyText")} size="small" onClick={() => actions.copy(message)} /> : null}
      {remove ? <IconButton icon="bin" label={t("delete")} size="small" onClick={() => actions.remove(message)} /> : null}
    </div>
  );
}
