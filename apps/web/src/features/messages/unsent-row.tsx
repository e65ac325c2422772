"use client";

import type { OutboxItem } from "@tertulia/client/state";
import { clsx } from "clsx";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { Icon } from "@/ui/icon";
import { useConversation } from "./conversation-context";
import { RowFrame } from "./row-frame";
import { UnsentState } from "./unsent-state";
import { Words } from "./words";

/** What I have written and the server hasn't confirmed: the row it will stay in. */
export const UnsentRow = memo(function UnsentRow({ item, first }: { item: OutboxItem; first: boolean }) {
  const t = useTranslations("messages");
  const { me } = useConversation();
  const failed = item.status === "failed";
  return (
    <RowFrame
      row={item.clientId}
      author={me}
      at={item.createdAt}
      first={first}
      own
      plate
      className={clsx("own", failed ? "unsent-failed" : "unsent")}
      instead={failed ? undefined : <span role="img" aria-label={t("sending")} data-tooltip={t("sending")}><Icon name="clock" small /></span>}
    >
      <Words content={item.content} asTyped />
      <UnsentState item={item} />
    </RowFrame>
  );
});
