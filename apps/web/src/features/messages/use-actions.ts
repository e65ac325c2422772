"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { refusalOf } from "@/features/connection/refusal";
import { useTertulia } from "@/features/connection/tertulia";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { showToast } from "@/ui/toasts";
import type { ConversationActions } from "./conversation-context";
import { copyText } from "./copy-text";

export interface Opens {
  edit: (message: TimelineMessage) => void;
  remove: (message: TimelineMessage) => void;
  openSheet: (message: TimelineMessage) => void;
}

/** What rows may do. `opens` must be the same object at every call. */
export function useActions(roomId: Id, opens: Opens): ConversationActions {
  const { trpc, outbox } = useTertulia();
  const t = useTranslations("messages");
  const tAssistants = useTranslations("assistants");
  const say = useRefusalText();

  return useMemo(
    () => ({
      ...opens,
      copy: (message) => void copyText(message.content).then((done) => showToast(done ? t("copied") : t("notCopied"))),
      sendAgain: outbox.retry,
      discard: outbox.discard,
      stopAnswer: (runId) =>
        trpc.assistants.stop.mutate({ runId }).then(nothing, (error: unknown) => showToast(tAssistants("cantStop", { cause: say(refusalOf(error)) }))),
      askAgain: ({ author, run }) =>
        trpc.assistants.invoke
          .mutate({ roomId, assistantId: author.id, ...(run ? { messageId: run.triggerMessageId } : {}) })
          .then(nothing, (error: unknown) => showToast(tAssistants("cantAsk", { cause: say(refusalOf(error)) }))),
    }),
    [roomId, opens, trpc, outbox, t, tAssistants, say],
  );
}

const nothing = (): void => {};
