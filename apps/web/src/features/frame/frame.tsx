"use client";

import { clsx } from "clsx";
import { useTranslations } from "next-intl";
import { lazy, Suspense } from "react";
import { useSignedIn } from "@/features/accounts/use-signed-in";
import { ConnectionBanner } from "@/features/connection/connection-banner";
import { useTellPresence } from "@/features/presence/use-tell-presence";
import { RoomList } from "@/features/rooms/room-list";
import styles from "./frame.module.css";
import { ListHeader } from "./list-header";
import { OwnRow } from "./own-row";
import { usePlace } from "./place";
import { RoomScreen } from "./room-screen";
import { useLayout } from "./use-layout";
import { usePanel } from "./use-panel";
import { useShortcuts } from "./use-shortcuts";
import { useTitle } from "./use-title";

// What a room on a phone can do without, until it is wanted.
const MemberPanel = lazy(() => import("@/features/people/member-panel"));
const NoRoomScreen = lazy(() => import("@/features/rooms/no-room-screen"));

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
        <div className="-mx-2.5 mb-1 empty:hidden md:hidden">
          <ConnectionBanner catchingUp={false} />
        </div>
        <RoomList open={roomId} />
        <OwnRow presence={presence} />
      </nav>
      <main className={clsx(styles["sheet"], styles["room"])}>
        <Suspense fallback={null}>{roomId === null ? <Home /> : <RoomScreen key={roomId} roomId={roomId} panel={panel} />}</Suspense>
      </main>
      {roomId !== null && panel.shown ? (
        <>
          {layout === "tablet" ? <div aria-hidden="true" className="fixed inset-0 z-20 bg-scrim" onClick={panel.close} /> : null}
          <aside className={clsx(styles["sheet"], styles["panel"])} data-region="panel">
            <Suspense fallback={null}>
              <MemberPanel key={roomId} roomId={roomId} onClose={panel.close} />
            </Suspense>
          </aside>
        </>
      ) : null}
    </div>
  );
}

function Home() {
  return (
    <>
      <ConnectionBanner catchingUp={false} />
      <NoRoomScreen />
    </>
  );
}
