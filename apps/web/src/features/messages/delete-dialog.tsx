"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import { refusalOf } from "@/features/connection/refusal";
import { useTertulia } from "@/features/connection/tertulia";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Words } from "./words";

/** Asks before words are taken back for everyone. */
export default function DeleteDialog({ message, onClose }: { message: TimelineMessage; onClose: () => void }) {
  const t = useTranslations("messages");
  const { trpc } = useTertulia();
  const say = useRefusalText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  const remove = async () => {
    setBusy(true);
    try {
      await trpc.messages.delete.mutate({ messageId: message.id });
      onClose();
    } catch (error) {
      setProblem(say(refusalOf(error)));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t("deleteTitle")}
      description={t("deleteHint")}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>{t("keep")}</Button>
          <Button look="danger" autoFocus busy={busy} onClick={() => void remove()}>{t("delete")}</Button>
        </>
      }
    >
      <div className="max-h-40 overflow-hidden rounded-thing bg-sunk px-3 py-2">
        <Words content={message.content} asTyped={message.author.kind === "human"} />
      </div>
      {problem ? <p role="alert" className="mt-2 text-small text-red">{problem}</p> : null}
    </Dialog>
  );
}
