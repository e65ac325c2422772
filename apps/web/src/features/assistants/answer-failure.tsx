"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import type { RunSummary } from "@tertulia/model/assistants";
import { useTranslations } from "next-intl";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { Icon } from "@/ui/icon";
import { AskAgain } from "./ask-again";

/** Why there is no answer, in the place where it would stand, and the way to ask once more. */
export function AnswerFailure({ message, run, newestAttempt }: { message: TimelineMessage; run: RunSummary; newestAttempt: boolean }) {
  const t = useTranslations("assistants");
  const say = useRefusalText();
  return (
    <div className="answer-failure">
      <Icon name="warning" className="text-red" />
      <p>
        {say({ code: run.code ?? "AI_FAILED", details: {}, requestId: null })}
        <small translate="no">{t("runOf", { model: run.model, run: run.id.slice(-8) })}</small>
      </p>
      {newestAttempt ? <AskAgain message={message} look="plain" /> : null}
    </div>
  );
}
