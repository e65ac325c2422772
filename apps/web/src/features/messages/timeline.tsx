"use client";

import type { LiveRoom, RoomState } from "@tertulia/client/state";
import { useTranslations } from "next-intl";
import { useCallback, useImperativeHandle, useMemo, useState, type Ref } from "react";
import { Button } from "@/ui/button";
import { useConversation } from "./conversation-context";
import { DayRow } from "./day-row";
import { JumpPill } from "./jump-pill";
import { MessageRow } from "./message-row";
import { rightsOver } from "./message-rights";
import { NewRow } from "./new-row";
import { NoticeRow } from "./notice-row";
import { rowsOf, type Row } from "./rows-of";
import { SkeletonRows } from "./skeleton-rows";
import { UnsentRow } from "./unsent-row";
import { useAnchoredScroll } from "./use-anchored-scroll";
import { useReadMarking } from "./use-read-marking";
import { useRovingRows } from "./use-roving-rows";
import { dayOf } from "./use-times";
import { useRoomNotices } from "./use-room-notices";
import { useVisit } from "./use-visit";

const SKELETONS_ABOVE = 8;

export interface TimelineHandle {
  /** Goes to the newest words and follows them. */
  toEnd(): void;
}

export interface TimelineProps {
  live: LiveRoom;
  state: RoomState;
  ref: Ref<TimelineHandle>;
}

/** What was said here, oldest first. */
export function Timeline({ live, state, ref }: TimelineProps) {
  const t = useTranslations("messages");
  const conversation = useConversation();
  const me = conversation.me.id;
  const { messages, sending, hasBefore, headSeq } = state;
  const visit = useVisit(state);
  const notices = useRoomNotices(live);
  const rows = useMemo(() => rowsOf({ messages, sending, notices, hasBefore, me, visit, dayOf }), [messages, sending, notices, hasBefore, me, visit]);
  const [olderFailed, setOlderFailed] = useState(false);

  const loadOlder = useCallback(() => {
    const { hasBefore: more, loadingOlder } = live.get();
    if (!more || loadingOlder) return;
    setOlderFailed(false);
    live.loadOlder().catch(() => setOlderFailed(true));
  }, [live]);

  const { scroller, content, following, toEnd } = useAnchoredScroll(firstNewIn(rows), rows, () => !olderFailed && loadOlder());
  useImperativeHandle(ref, () => ({ toEnd }), [toEnd]);
  useReadMarking(live, headSeq, state.me?.lastReadSeq ?? 0, following);

  const onKey = (key: string, letter: string): boolean => {
    const message = messages.find((each) => each.key === key);
    if (!message) return false;
    const { edit, copy, remove } = rightsOver(message, conversation);
    if (letter === "e" && edit) conversation.actions.edit(message);
    else if (letter === "c" && copy) conversation.actions.copy(message);
    else if ((letter === "Delete" || letter === "Backspace") && remove) conversation.actions.remove(message);
    else return false;
    return true;
  };
  const roving = useRovingRows(scroller, content, onKey);
  const missed = useMissed(state, me, following, visit.lastReadSeq);

  return (
    <div className="talk-frame">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the log is one stop of the Tab key; arrows walk its rows. */}
      <div ref={scroller} className="talk" data-region="log" role="log" aria-live="off" aria-label={t("log")} tabIndex={0} {...roving}>
        <div ref={content} className="talk-log">
          {hasBefore ? <Older failed={olderFailed} onTryAgain={loadOlder} /> : null}
          {rows.map(drawRow)}
        </div>
      </div>
      {following ? null : <JumpPill count={missed} onJump={toEnd} />}
    </div>
  );
}

function drawRow(row: Row) {
  switch (row.kind) {
    case "day":
      return <DayRow key={row.key} at={row.at} />;
    case "new":
      return <NewRow key={row.key} count={row.count} orMore={row.orMore} />;
    case "notice":
      return <NoticeRow key={row.key} notice={row.notice} />;
    case "message":
      return <MessageRow key={row.key} message={row.message} first={row.first} newestAttempt={row.newestAttempt} />;
    case "unsent":
      return <UnsentRow key={row.key} item={row.item} first={row.first} />;
  }
}

/** Holds the place of what is still to come from above, so that the bar doesn't jump when it comes. */
function Older({ failed, onTryAgain }: { failed: boolean; onTryAgain: () => void }) {
  const t = useTranslations("messages");
  return (
    <div className="talk-older">
      {failed ? (
        <p role="alert">
          {t("olderFailed")}
          <Button size="small" icon="again" onClick={onTryAgain}>{t("tryAgain")}</Button>
        </p>
      ) : null}
      <SkeletonRows count={SKELETONS_ABOVE} />
    </div>
  );
}

/** The row under the New line. */
function firstNewIn(rows: readonly Row[]): string | null {
  const line = rows.findIndex((row) => row.kind === "new");
  return line === -1 ? null : (rows[line + 1]?.key ?? null);
}

/** How many words of others came since the end was last on screen. */
function useMissed({ messages }: RoomState, me: string, following: boolean, readBefore: number): number {
  const lastSeq = messages.at(-1)?.seq ?? 0;
  const [seenSeq, setSeenSeq] = useState(following ? lastSeq : readBefore);
  if (following && seenSeq !== lastSeq) setSeenSeq(lastSeq);
  return useMemo(() => messages.filter((message) => message.seq > seenSeq && message.author.id !== me && message.deletedAt === null).length, [messages, seenSeq, me]);
}
