"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";
import { useTranslations } from "next-intl";
import { memo, useEffect, useRef, useState } from "react";
import { announcementsBetween, type Announcement } from "./announcements";

/** Reads new messages out, once and with their author. The log itself is silent: it would read every word of an answer as it grows. */
export const Announcer = memo(function Announcer({ messages, me }: { messages: readonly TimelineMessage[]; me: Id }) {
  const t = useTranslations("messages.announce");
  const heard = useRef(messages);
  const [said, setSaid] = useState<readonly Announcement[]>([]);

  useEffect(() => {
    const next = announcementsBetween(heard.current, messages, me);
    heard.current = messages;
    if (next.length > 0) setSaid(next);
  }, [messages, me]);

  return (
    <div aria-live="polite" className="sr-only">
      {said.map((announcement, place) => (
        <p key={place}>{t(announcement.says, announcement)}</p>
      ))}
    </div>
  );
});
