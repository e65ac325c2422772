"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import { memo } from "react";
import { Icon } from "@/ui/icon";

/** A line of the room itself, between what people say. */
export const NoticeRow = memo(function NoticeRow({ message }: { message: TimelineMessage }) {
  return (
    <div className="talk-row notice-row" data-row={message.key} tabIndex={-1}>
      <span>
        <Icon name="people" small />
      </span>
      <p dir="auto">{message.content}</p>
    </div>
  );
});
