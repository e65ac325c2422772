"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import { useTranslations } from "next-intl";
import { Icon } from "@/ui/icon";
import { IconButton } from "@/ui/icon-button";
import { Kbd } from "@/ui/kbd";
import { useTimes } from "../messages/use-times";

/** Says that a message is being changed, on top of the composer; Esc ends it. */
export function EditingLine({ message, onCancel }: { message: TimelineMessage; onCancel: () => void }) {
  const t = useTranslations("composer");
  const times = useTimes();
  return (
    <div className="composer-top">
      <Icon name="pen" small />
      <span className="min-w-0 flex-1 truncate">
        {t.rich("editing", { time: times.clock(message.createdAt), b: (words) => <b className="font-semibold text-ink">{words}</b> })}
      </span>
      <span className="max-md:hidden">
        <Kbd>Esc</Kbd>
      </span>
      <IconButton icon="close" label={t("stopEditing")} size="small" onClick={onCancel} />
    </div>
  );
}
