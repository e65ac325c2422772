"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import { clsx } from "clsx";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { AnswerFoot } from "../assistants/answer-foot";
import { useConversation } from "./conversation-context";
import { MessageTools } from "./message-tools";
import { QuoteLine } from "./quote-line";
import { RowFrame } from "./row-frame";
import { useRowTools } from "./use-row-tools";
import { Words } from "./words";

export interface MessageRowProps {
  message: TimelineMessage;
  /** Of a group: it carries name, face and time. */
  first: boolean;
  /** No later answer to the same message stands below it. */
  newestAttempt: boolean;
  /** Who asked for this answer, where that is known. */
}

export const MessageRow = memo(function MessageRow({ message, first, newestAttempt }: MessageRowProps) {
  const t = useTranslations("messages");
  const { me, actions } = useConversation();
  const { toolsShown, toolsOn } = useRowTools(() => actions.openSheet(message));
  const own = message.author.id === me.id;
  const gone = message.deletedAt !== null;
  const writing = message.status === "streaming";
  const toMe = !own && !gone && message.mentions.includes(me.id);
  const answer = message.run !== null && !gone;

  return (
    <RowFrame
      row={message.key}
      author={message.author}
      at={message.createdAt}
      first={first}
      own={own}
      plate={(own && !gone) || toMe}
      busy={writing}
      model={message.run?.model}
      className={clsx(own && !gone && "own", toMe && "to-you", answer && "by-ai", writing && "live")}
      tools={toolsShown && !gone ? <MessageTools message={message} /> : null}
      {...toolsOn}
    >
      {message.replyTo ? <QuoteLine quote={message.replyTo} /> : null}
      {gone ? (
        <p className="gone-words">{t("deleted")}</p>
      ) : message.content === "" ? null : (
        <Words content={message.content} asTyped={message.author.kind === "human"} writing={writing} edited={message.editedAt !== null} />
      )}
      {answer ? <AnswerFoot message={message} newestAttempt={newestAttempt} /> : null}
    </RowFrame>
  );
});
