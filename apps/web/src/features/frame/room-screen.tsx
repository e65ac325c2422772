"use client";

import type { Id } from "@tertulia/model/ids";
import { lazy, Suspense } from "react";
import { ConnectionBanner } from "@/features/connection/connection-banner";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { Conversation } from "@/features/messages/conversation";
import { RoomHead } from "@/features/rooms/room-head";
import type { Panel } from "./use-panel";

const GoneBanner = lazy(() => import("@/features/rooms/gone-banner"));
const RoomNotOpened = lazy(() => import("@/features/rooms/room-not-opened"));

/** One room: its head, whatever has to be said about the connection, and the conversation. */
export function RoomScreen({ roomId, panel }: { roomId: Id; panel: Panel }) {
  const room = useTertulia().room(roomId);
  const status = useStore(room, (state) => state.status);
  const catchingUp = useStore(room, (state) => state.catchingUp);
  const shown = useStore(room, (state) => state.room !== null);
  return (
    <>
      <RoomHead room={room} panel={panel} />
      <ConnectionBanner catchingUp={catchingUp} />
      <Suspense fallback={null}>{status === "gone" && shown ? <GoneBanner room={room} /> : null}</Suspense>
      {shown || status === "opening" ? (
        <Conversation room={room} />
      ) : (
        <Suspense fallback={null}>
          <RoomNotOpened room={room} />
        </Suspense>
      )}
    </>
  );
}
