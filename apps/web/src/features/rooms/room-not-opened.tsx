"use client";

import type { LiveRoom } from "@tertulia/client";
import { useTranslations } from "next-intl";
import { refusalOf } from "@/features/connection/refusal";
import { useStore } from "@/features/connection/tertulia";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { goTo, HOME } from "@/features/frame/place";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { SmallTable } from "@/ui/small-table";

/** A room that isn't there for me, or that couldn't be opened. */
export function RoomNotOpened({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.gone");
  const textOf = useRefusalText();
  const refusal = useStore(room, (state) => state.refusal);
  const notThere = refusal === null || refusal.code === "ROOM_NOT_FOUND";
  return (
    <div className="grid flex-1 overflow-y-auto">
      <EmptyState
        picture={<SmallTable />}
        title={notThere ? t("notThere") : t("failed")}
        actions={
          <>
            <Button onClick={() => goTo(HOME)}>{t("home")}</Button>
            <Button look="quiet" icon="again" onClick={room.reopen}>
              {t("tryAgain")}
            </Button>
          </>
        }
      >
        {notThere ? t("notThereWords") : textOf(refusalOf({ refusal }))}
      </EmptyState>
    </div>
  );
}
