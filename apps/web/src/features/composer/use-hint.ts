"use client";

import type { RoomState } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";
import { useTranslations } from "next-intl";

/** What the empty composer says: where these words will go. */
export function useHint({ room, members }: RoomState, me: Id): string {
  const t = useTranslations("composer");
  const others = members.filter((member) => member.user.id !== me).map((member) => member.user.displayName);
  const name = others.join(", ");
  if (room?.kind === "assistant" && name) return t("ask", { name });
  if (room?.kind === "dm" && name) return t("hintTo", { name });
  return t("hint", { room: room?.title ?? "" });
}
