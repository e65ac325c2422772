"use client";

import type { LiveRoom } from "@tertulia/client";
import { useTranslations } from "next-intl";
import { useStore } from "@/features/connection/tertulia";
import { goTo, HOME } from "@/features/frame/place";
import { Banner } from "@/ui/banner";
import { Button } from "@/ui/button";

/** How a room ended for me. What was said stays on the screen until I go. */
export default function GoneBanner({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.gone");
  const because = useStore(room, (state) => state.goneBecause);
  return (
    <Banner icon="door" tone="red" action={<Button size="small" onClick={() => goTo(HOME)}>{t("home")}</Button>}>
      {t(because ?? "left")}
    </Banner>
  );
}
