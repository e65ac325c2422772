"use client";

import type { LiveRoom } from "@tertulia/client";
import type { Member } from "@tertulia/model/members";
import type { PresenceStatus } from "@tertulia/model/presence";
import { useTranslations } from "next-intl";
import { useStore } from "@/features/connection/tertulia";
import { Avatar } from "@/ui/avatar";

const SEATS = 5;
const BY_PRESENCE: Record<PresenceStatus, number> = { online: 0, away: 1, offline: 2 };

/** The faces of those in the room, whoever is here first; opens the members. */
export function Seats({ room, onOpen }: { room: LiveRoom; onOpen: () => void }) {
  const t = useTranslations("rooms.head");
  const members = useStore(room, (state) => state.members);
  const presence = useStore(room, (state) => state.presence);
  const count = useStore(room, (state) => state.room?.memberCount ?? state.members.length);
  const statusOf = ({ user }: Member): PresenceStatus => presence[user.id]?.status ?? "offline";

  const assistants = members.filter(({ user }) => user.kind === "assistant");
  const people = members.filter(({ user }) => user.kind !== "assistant").sort((a, b) => BY_PRESENCE[statusOf(a)] - BY_PRESENCE[statusOf(b)]);
  const shown = [...people.slice(0, SEATS - Math.min(1, assistants.length)), ...assistants.slice(0, 1)];
  const more = count - shown.length;
  if (members.length === 0) return null;

  return (
    <button
      type="button"
      aria-label={t("seats", { people: count - assistants.length, assistants: assistants.length })}
      data-tooltip={t("members")}
      onClick={onOpen}
      className="me-0.5 flex shrink-0 items-center gap-[5px] rounded-thing px-2 py-1 transition-colors hover:bg-sunk max-md:hidden @max-[30rem]/room:hidden"
    >
      {shown.map((member) => (
        <Avatar key={member.user.id} user={member.user} size={24} presence={statusOf(member)} className={member.user.kind === "human" && statusOf(member) === "offline" ? "opacity-50" : ""} />
      ))}
      {more > 0 ? <span className="ps-0.5 text-meta font-[550] text-ink-3 tabular-nums">+{more}</span> : null}
    </button>
  );
}
