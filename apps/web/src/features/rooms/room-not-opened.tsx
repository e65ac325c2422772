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
import { JoinPassword } from "./join-password";
import { useJoin } from "./use-join";

/** A room I'm not in, that isn't there, or that couldn't be opened: each with what can be done about it. */
export default function RoomNotOpened({ room }: { room: LiveRoom }) {
  const code = useStore(room, (state) => state.refusal?.code);
  return (
    <div className="grid flex-1 overflow-y-auto">
      {code === "PERMISSION_DENIED" ? <Outside room={room} /> : code === "ROOM_NOT_FOUND" || code === undefined ? <NotThere room={room} /> : <Failed room={room} />}
    </div>
  );
}

function Outside({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.gone");
  const join = useJoin(room.roomId, room.reopen);
  return (
    <EmptyState
      picture={<SmallTable />}
      heading="h1"
      title={t("outside")}
      actions={
        <>
          {join.asksPassword ? null : (
            <Button look="main" icon="door" busy={join.deed.busy} onClick={() => join.join()}>
              {t("join")}
            </Button>
          )}
          <Button onClick={() => goTo(HOME)}>{t("home")}</Button>
        </>
      }
      note={<JoinPassword join={join} />}
    >
      {t("outsideWords")}
    </EmptyState>
  );
}

function NotThere({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.gone");
  return (
    <EmptyState picture={<SmallTable />} heading="h1" title={t("notThere")} actions={<WaysOut room={room} />}>
      {t("notThereWords")}
    </EmptyState>
  );
}

function Failed({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.gone");
  const textOf = useRefusalText();
  const refusal = useStore(room, (state) => state.refusal);
  return (
    <EmptyState picture={<SmallTable />} heading="h1" title={t("failed")} actions={<WaysOut room={room} />}>
      {textOf(refusalOf({ refusal }))}
    </EmptyState>
  );
}

function WaysOut({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.gone");
  return (
    <>
      <Button onClick={() => goTo(HOME)}>{t("home")}</Button>
      <Button look="quiet" icon="again" onClick={room.reopen}>
        {t("tryAgain")}
      </Button>
    </>
  );
}
