"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import { excerptOf } from "@tertulia/model/excerpt";
import { useTranslations } from "next-intl";
import { Dialog } from "@/ui/dialog";
import { Icon, type IconName } from "@/ui/icon";
import { useConversation } from "./conversation-context";
import { rightsOver } from "./message-rights";

/** The tools of a message for fingers. */
export default function MessageSheet({ message, onClose }: { message: TimelineMessage; onClose: () => void }) {
  const t = useTranslations("messages");
  const conversation = useConversation();
  const { me, actions } = conversation;
  const { edit, copy, remove } = rightsOver(message, conversation);
  const then = (act: (message: TimelineMessage) => void) => () => {
    onClose();
    act(message);
  };
  return (
    <Dialog title={message.author.id === me.id ? t("you") : message.author.displayName} description={excerptOf(message.content, 80)} onClose={onClose}>
      <div className="-mx-2.5 flex flex-col">
        {copy ? <SheetAction icon="copy" onClick={then(actions.copy)}>{t("copyText")}</SheetAction> : null}
        {edit ? <SheetAction icon="pen" onClick={then(actions.edit)}>{t("edit")}</SheetAction> : null}
        {remove ? <SheetAction icon="bin" danger onClick={then(actions.remove)}>{t("delete")}</SheetAction> : null}
      </div>
    </Dialog>
  );
}

function SheetAction({ icon, danger = false, onClick, children }: { icon: IconName; danger?: boolean; onClick: () => void; children: string }) {
  return (
    <button type="button" onClick={onClick} className={`flex min-h-12 items-center gap-3.5 rounded-thing px-2.5 text-body active:bg-picked ${danger ? "text-red" : ""}`}>
      <Icon name={icon} className={danger ? "" : "text-ink-2"} />
      {children}
    </button>
  );
}
