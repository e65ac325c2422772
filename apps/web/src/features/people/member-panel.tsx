"use client";

import type { RoomState } from "@tertulia/client";
import type { Id } from "@tertulia/model/ids";
import type { Member } from "@tertulia/model/members";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useDialogs } from "@/features/frame/dialogs";
import { mayAdminister } from "@/features/rooms/rights";
import { Button } from "@/ui/button";
import { IconButton } from "@/ui/icon-button";
import { SectionTitle } from "@/ui/section-title";
import { MemberRow } from "./member-row";

const GROUPS = ["online", "away", "offline", "assistants"] as const;
type Group = (typeof GROUPS)[number];

/** Who sits in the room: those who are here first, assistants last. */
export default function MemberPanel({ roomId, onClose }: { roomId: Id; onClose: () => void }) {
  const t = useTranslations("people.panel");
  const room = useTertulia().room(roomId);
  const state = useStore(room);
  const dialogs = useDialogs();
  const groups = useGroups(state);

  return (
    <section aria-label={t("title")} className="flex min-h-0 flex-1 flex-col">
      <header className="flex min-h-13.5 shrink-0 items-center border-b border-line py-[7px] ps-4.5 pe-2.5">
        <h2 className="flex-1 font-serif text-title font-semibold">{t("title")}</h2>
        <IconButton icon="close" label={t("close")} size="head" onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pt-2 pb-3 [scrollbar-color:var(--line)_transparent] [scrollbar-width:thin]">
        {GROUPS.map((group) =>
          groups[group].length > 0 ? (
            <div key={group}>
              <SectionTitle>{t(`groups.${group}`, { count: groups[group].length })}</SectionTitle>
              <ul>
                {groups[group].map((member) => (
                  <MemberRow key={member.user.id} member={member} state={state} roomId={roomId} />
                ))}
              </ul>
            </div>
          ) : null,
        )}
        {state.hasMoreMembers ? (
          <Button look="quiet" className="mt-2 w-full" onClick={() => void room.loadMoreMembers()}>
            {t("more")}
          </Button>
        ) : null}
        {state.room?.kind === "room" && state.status === "ready" && state.me && mayAdminister(state.me) ? (
          <Button icon="invite" className="mx-2.5 mt-3.5 w-[calc(100%-1.25rem)]" onClick={() => dialogs.open({ kind: "add-people", roomId })}>
            {t("add")}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

function useGroups({ members, presence }: RoomState): Record<Group, Member[]> {
  const locale = useLocale();
  return useMemo(() => {
    const byName = new Intl.Collator(locale);
    const groups: Record<Group, Member[]> = { online: [], away: [], offline: [], assistants: [] };
    for (const member of members) groups[member.user.kind === "assistant" ? "assistants" : (presence[member.user.id]?.status ?? "offline")].push(member);
    for (const group of Object.values(groups)) group.sort((a, b) => byName.compare(a.user.displayName, b.user.displayName));
    return groups;
  }, [members, presence, locale]);
}
