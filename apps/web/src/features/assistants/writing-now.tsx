"use client";

import type { RunSummary } from "@tertulia/model/assistants";
import { useTranslations } from "next-intl";
import { useCallback, useState } from "react";
import { useConversation } from "../messages/conversation-context";
import { Button } from "@/ui/button";
import { Dots } from "@/ui/dots";
import { useSecondsSince } from "./use-seconds-since";
import { useStopKey } from "./use-stop-key";

export interface WritingNowProps {
  run: RunSummary;
  /** There is a first word. */
  begun: boolean;
  stoppable: boolean;
}

/** For how long it has been thinking or writing, and a way to stop it. */
export function WritingNow({ run, begun, stoppable }: WritingNowProps) {
  const t = useTranslations("assistants");
  const { actions } = useConversation();
  const seconds = useSecondsSince(run.startedAt);
  const [stopping, setStopping] = useState(false);

  const stop = useCallback(() => {
    setStopping(true);
    void actions.stopAnswer(run.id).then(() => setStopping(false));
  }, [actions, run.id]);
  useStopKey(stoppable ? stop : null);

  return (
    <div className="answer-foot">
      {begun ? null : <Dots />}
      <span className="tabular-nums">{begun ? t("writing", { seconds }) : t("thinking", { seconds })}</span>
      {stoppable ? <Button size="small" icon="stop" busy={stopping} onClick={stop}>{t("stop")}</Button> : null}
    </div>
  );
}
