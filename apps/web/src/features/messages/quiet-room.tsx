"use client";

import type { RoomState } from "@tertulia/client/state";
import { useTranslations } from "next-intl";
import { EmptyState } from "@/ui/empty-state";
import { SmallTable } from "@/ui/small-table";
import { useConversation } from "./conversation-context";

/** Nothing was said here yet: the table, whoever sits at it, and an invitation to begin. */
export default function QuietRoom({ state }: { state: RoomState }) {
  const t = useTranslations("messages");
  const { me } = useConversation();
  const others = state.members.map((member) => member.user).filter((user) => user.id !== me.id);
  const name = others[0]?.displayName ?? "";
  const guests = [me, ...others];
  if (state.room?.kind === "dm" && others.length === 1)
    return <EmptyState picture={<SmallTable guests={guests} />} title={t("quietWith", { name })}>{t("quietWithHint")}</EmptyState>;
  if (state.room?.kind === "assistant")
    return <EmptyState picture={<SmallTable guests={guests} />} title={t("quietAssistant", { name })}>{t("quietAssistantHint")}</EmptyState>;
  return <EmptyState picture={<SmallTable guests={guests} />} title={t("quiet")}>{t("quietHint")}</EmptyState>;
}
