"use client";

import type { LiveRoom, RoomState } from "@tertulia/client";
import { useTranslations } from "next-intl";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { goTo, HOME } from "@/features/frame/place";
import type { Panel } from "@/features/frame/use-panel";
import { IconButton } from "@/ui/icon-button";
import { Skeleton } from "@/ui/skeleton";
import { RoomMenu } from "./room-menu";
import { roomTitle } from "./room-title";
import { Seats } from "./seats";

/** What the room is called and about, who sits in it, and what can be done with it. */
export function RoomHead({ room, panel }: { room: LiveRoom; panel: Panel }) {
  const t = useTranslations("rooms.head");
  const head = useHead(room);
  const opening = useStore(room, (state) => state.status === "opening");
  return (
    <header className="flex min-h-13.5 shrink-0 items-center gap-1 border-b border-line py-[7px] ps-5 pe-2.5 max-md:py-1.5 max-md:ps-1 max-md:pe-1">
      <IconButton icon="left" label={t("back")} size="head" className="md:hidden rtl:-scale-x-100" onClick={() => goTo(HOME)} />
      <div className="flex min-w-0 flex-1 items-baseline gap-3 max-md:flex-col max-md:items-stretch max-md:gap-0">
        {head ? (
          <>
            <h1 className="max-w-full shrink-0 truncate font-serif text-title font-semibold tracking-[-.008em] max-md:pt-0.5 max-md:leading-[1.3]" dir="auto">
              {head.title}
            </h1>
            {head.topic ? (
              <span className="min-w-0 truncate text-small text-ink-3 narrow:hidden" dir="auto">
                {head.topic}
              </span>
            ) : null}
            <HereNow room={room} />
          </>
        ) : (
          opening && <Skeleton className="my-1 h-4 w-40" />
        )}
      </div>
      <Seats room={room} onOpen={panel.toggle} />
      {head ? <IconButton icon="people" label={t("members")} size="head" aria-pressed={panel.shown} aria-keyshortcuts="Control+. Meta+." onClick={panel.toggle} /> : null}
      <RoomMenu room={room} />
    </header>
  );
}

/** The title and topic: from the room once it is open, from the list until then. */
function useHead(room: LiveRoom): { title: string; topic: string } | null {
  const tertulia = useTertulia();
  const opened = useStore(room, (state) => state.room);
  const members = useStore(room, (state) => state.members);
  const me = useStore(tertulia.account);
  const listed = useStore(tertulia.inbox, ({ entries }) => entries.find((entry) => entry.room.id === room.roomId) ?? null);
  const known = opened ?? listed?.room;
  if (!known) return null;
  const others = listed?.others ?? members.map(({ user }) => user).filter((user) => user.id !== me?.id);
  return { title: roomTitle(known, others), topic: known.description };
}

/** On a phone, under the title: how many are here, and which assistants. */
function HereNow({ room }: { room: LiveRoom }) {
  const t = useTranslations("rooms.head");
  const members = useStore(room, (state) => state.members);
  const presence = useStore(room, (state) => state.presence);
  const here = countHere(members, presence);
  const assistants = members.filter(({ user }) => user.kind === "assistant").map(({ user }) => user.displayName);
  const parts = [...(here > 0 ? [t("here", { count: here })] : []), ...assistants];
  return <span className="hidden truncate text-meta text-ink-3 max-md:block">{parts.join(" · ")}</span>;
}

const countHere = (members: RoomState["members"], presence: RoomState["presence"]): number =>
  members.filter(({ user }) => presence[user.id]?.status === "online").length;
