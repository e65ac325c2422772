"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";
import { useTranslations } from "next-intl";
import { useConversation } from "../messages/conversation-context";
import { AnswerFailure } from "./answer-failure";
import { AskAgain } from "./ask-again";
import { WritingNow } from "./writing-now";
import "./answer-foot.css";

/** How an answer stands: being written, stopped, broken off, failed. A finished one says nothing more. */
export function AnswerFoot({ message, newestAttempt }: { message: TimelineMessage; newestAttempt: boolean }) {
  const t = useTranslations("assistants");
  const { me, moderator, nameOf } = useConversation();
  const { run } = message;
  if (!run) return null;

  const stoppedBy = (userId: Id | null) => {
    if (userId === me.id) return t("stoppedByYou");
    const name = userId === null ? null : nameOf(userId);
    return name === null ? t("stopped") : t("stoppedBy", { name });
  };

  switch (message.status) {
    case "streaming":
      return <WritingNow run={run} begun={message.content !== ""} stoppable={moderator || run.askedBy === me.id} />;
    case "failed":
      return <AnswerFailure message={message} run={run} newestAttempt={newestAttempt} />;
    case "stopped":
      return <p className="answer-foot">{stoppedBy(run.stoppedBy)}</p>;
    case "interrupted":
      return (
        <div className="answer-foot">
          {t("interrupted")}
          {newestAttempt ? <AskAgain message={message} look="quiet" /> : null}
        </div>
      );
    case "sent":
      return null;
  }
}
