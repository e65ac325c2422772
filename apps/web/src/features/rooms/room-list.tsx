"use client";

import { useTranslations } from "next-intl";
import { lazy, Suspense, type ReactNode } from "react";
import type { InboxEntry, RoomKind } from "@tertulia/model/rooms";
import type { Id } from "@tertulia/model/ids";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useDialogs } from "@/features/frame/dialogs";
import { IconButton } from "@/ui/icon-button";
import { MenuButton } from "@/ui/menu-button";
import { SectionTitle } from "@/ui/section-title";
import { RoomItem } from "./room-item";
import { RoomListSkeleton } from "./room-list-skeleton";
import { useSections } from "./use-sections";

const AssistantsToAsk = lazy(() => import("@/features/people/assistants-to-ask"));

/** Everything I'm in: what is unread, then rooms, people and assistants. */
export function RoomList({ open }: { open: Id | null }) {
  const t = useTranslations("rooms.list");
  const tertulia = useTertulia();
  const inbox = useStore(tertulia.inbox);
  const { sections, hold, release } = useSections(inbox.entries, open);
  const dialogs = useDialogs();
  const none = (kind: RoomKind) => inbox.entries.every(({ room }) => room.kind !== kind);

  if (inbox.status === "loading") return <RoomListSkeleton />;
  return (
    <div
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-px pb-2 [scrollbar-color:var(--line)_transparent] [scrollbar-width:thin]"
      onPointerEnter={(event) => event.pointerType === "mouse" && hold()}
      onPointerLeave={release}
    >
      {sections.unread.length > 0 ? <Section title={t("sections.unread")} entries={sections.unread} open={open} /> : null}
      <Section title={t("sections.rooms")} entries={sections.rooms} open={open} empty={none("room") ? <Nothing>{t("noRooms")}</Nothing> : null}>
        <MenuButton
          icon="plus"
          label={t("addRoom")}
          size="small"
          entries={[
            { icon: "plus", label: t("newRoom"), onSelect: () => dialogs.open({ kind: "new-room" }) },
            { icon: "door", label: t("findRoom"), onSelect: () => dialogs.open({ kind: "find-room" }) },
          ]}
        />
      </Section>
      <Section title={t("sections.people")} entries={sections.people} open={open} empty={none("dm") ? <Nothing>{t("nobody")}</Nothing> : null}>
        <IconButton icon="plus" label={t("messageSomeone")} size="small" onClick={() => dialogs.open({ kind: "message-someone" })} />
      </Section>
      <Section title={t("sections.assistants")} entries={sections.assistants} open={open} empty={none("assistant") ? <Suspense fallback={null}><AssistantsToAsk /></Suspense> : null}>
        <IconButton icon="plus" label={t("askAssistant")} size="small" onClick={() => dialogs.open({ kind: "ask-assistant" })} />
      </Section>
      {inbox.hasMore ? (
        <button type="button" className="mt-2 h-9 w-full rounded-thing text-small text-ink-2 hover:bg-hover" onClick={() => void tertulia.inbox.loadMore()}>
          {t("more")}
        </button>
      ) : null}
    </div>
  );
}

function Section({ title, entries, open, empty, children }: { title: string; entries: readonly InboxEntry[]; open: Id | null; empty?: ReactNode; children?: ReactNode }) {
  const presence = useStore(useTertulia().presence);
  return (
    <section aria-label={title}>
      <SectionTitle end={children}>{title}</SectionTitle>
      {entries.map((entry) => {
        const [other] = entry.others;
        return <RoomItem key={entry.room.id} entry={entry} open={entry.room.id === open} presence={entry.room.kind === "dm" && other ? (presence[other.id]?.status ?? "offline") : undefined} />;
      })}
      {empty}
    </section>
  );
}

const Nothing = ({ children }: { children: string }) => <p className="px-3 pt-0.5 pb-2.5 text-small text-ink-3">{children}</p>;
