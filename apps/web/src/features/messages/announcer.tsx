"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";
import { useTranslations } from "next-intl";
import { memo, useEffect, useRef, useState } from "react";
import { announcementsBetween, type Announcement } from "./announcements";

/** Reads new messages out, once and with their author. The log itself is silent: it would read every word of an answer as it grows. */
export default memo(function Announcer({ messages, me }: { messages: readonly TimelineMessage[]; me: Id }) {
  const t = useTranslations("messages.announce");
  const heard = useRef(messages);
  const [told, setTold] = useState<{ batch: number; said: readonly Announcement[] }>({ batch: 0, said: [] });

  useEffect(() => {
    const next = announcementsBetween(heard.current, messages, me);
    heard.current = messages;
    if (next.length > 0) setTold(({ batch }) => ({ batch: batch + 1, said: next }));
  }, [messages, me]);

  return (
    <div aria-live="polite" className="sr-only">
      {/* New elements each time: the same words said twice are read twice. */}
      {told.said.map((announcement, place) => (
        <p key={`${told.batch} ${place}`}>{t(announcement.says, announcement)}</p>
      ))}
    </div>
  );
});
