"use client";

import { clsx } from "clsx";
import { useTranslations } from "next-intl";
import { useSignedIn } from "@/features/accounts/use-signed-in";
import { MemberPanel } from "@/features/people/member-panel";
import { useTellPresence } from "@/features/presence/use-tell-presence";
import { RoomList } from "@/features/rooms/room-list";
import { NoRoomScreen } from "@/features/rooms/no-room-screen";
import styles from "./frame.module.css";
import { ListHeader } from "./list-header";
import { OwnRow } from "./own-row";
import { usePlace } from "./place";
import { RoomScreen } from "./room-screen";
import { useLayout } from "./use-layout";
import { usePanel } from "./use-panel";
import { useShortcuts } from "./use-shortcuts";
import { useTitle } from "./use-title";

/** The list, the room, the panel: side by side where they fit, one at a time on a phone. */
export function Frame() {
  const t = useTranslations("rooms.list");
  const place = usePlace();
  const layout = useLayout();
  const panel = usePanel(place, layout);
  const roomId = place.at === "room" ? place.roomId : null;
  const presence = useTellPresence(roomId);
  useSignedIn();
  useTitle(roomId);
  useShortcuts({ panel });

  return (
    <div className={clsx(styles["frame"], panel.shown && styles["withPanel"])} data-showing={roomId === null ? "list" : "room"}>
      <nav aria-label={t("label")} data-region="nav" className={styles["list"]}>
        <ListHeader />
        <RoomList open={roomId} />
        <OwnRow presence={presence} />
      </nav>
      <main className={clsx(styles["sheet"], styles["room"])}>
        {roomId === null ? <NoRoomScreen /> : <RoomScreen key={roomId} roomId={roomId} panel={panel} />}
      </main>
      {roomId !== null && panel.shown ? (
        <>
          {layout === "tablet" ? <div aria-hidden="true" className="fixed inset-0 z-20 bg-scrim" onClick={panel.close} /> : null}
          <aside className={clsx(styles["sheet"], styles["panel"])} data-region="panel">
            <MemberPanel key={roomId} roomId={roomId} onClose={panel.close} />
          </aside>
        </>
      ) : null}
    </div>
  );
}
