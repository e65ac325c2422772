"use client";

import type { LiveRoom } from "@tertulia/client";
import type { Id } from "@tertulia/model/ids";
import { ConnectionBanner } from "@/features/connection/connection-banner";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { Conversation } from "@/features/messages/conversation";
import { GoneBanner } from "@/features/rooms/gone-banner";
import { RoomHead } from "@/features/rooms/room-head";
import { RoomNotOpened } from "@/features/rooms/room-not-opened";
import type { Panel } from "./use-panel";

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
      {status === "gone" && shown ? <GoneBanner room={room} /> : null}
      <Body room={room} opened={shown || status === "opening"} />
    </>
  );
}

function Body({ room, opened }: { room: LiveRoom; opened: boolean }) {
  return opened ? <Conversation room={room} /> : <RoomNotOpened room={room} />;
}
