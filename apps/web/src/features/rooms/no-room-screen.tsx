"use client";

import { useTranslations } from "next-intl";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useDialogs } from "@/features/frame/dialogs";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { SmallTable } from "@/ui/small-table";

/** The sheet when no room is on it: an invitation to open the first one, or to choose. */
export default function NoRoomScreen() {
  const t = useTranslations("rooms.empty");
  const list = useTranslations("rooms.list");
  const tertulia = useTertulia();
  const dialogs = useDialogs();
  const inbox = useStore(tertulia.inbox);
  const account = useStore(tertulia.account);
  if (inbox.status === "loading" || !account) return null;

  const first = inbox.entries.every(({ room }) => room.kind !== "room");
  return (
    <div className="grid flex-1 overflow-y-auto">
      <EmptyState
        picture={<SmallTable guests={[account]} />}
        heading="h1"
        title={first ? t("title") : t("chooseTitle")}
        actions={
          <>
            <Button look={first ? "main" : "plain"} icon="plus" onClick={() => dialogs.open({ kind: "new-room" })}>
              {list("newRoom")}
            </Button>
            <Button icon="door" onClick={() => dialogs.open({ kind: "find-room" })}>
              {list("findRoom")}
            </Button>
          </>
        }
        note={first ? t("note") : null}
      >
        {first ? t("words") : t("choose")}
      </EmptyState>
    </div>
  );
}
