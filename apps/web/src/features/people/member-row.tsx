"use client";

import type { RoomState } from "@tertulia/client";
import type { Id } from "@tertulia/model/ids";
import type { Member } from "@tertulia/model/members";
import { useLocale, useTranslations } from "next-intl";
import { refusalOf } from "@/features/connection/refusal";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { mayAdminister, maySetRoles } from "@/features/rooms/rights";
import { shortWhen } from "@/i18n/when";
import { AiBadge } from "@/ui/ai-badge";
import { Avatar } from "@/ui/avatar";
import { MenuButton, type MenuEntry } from "@/ui/menu-button";
import { showToast } from "@/ui/toasts";
import { useDirectMessage } from "./use-direct-message";

/** One member: face, name, what they are doing, their part in the room, and what I may do about them. */
export function MemberRow({ member, state, roomId }: { member: Member; state: RoomState; roomId: Id }) {
  const t = useTranslations("people.panel");
  const account = useStore(useTertulia().account);
  const { user } = member;
  const mine = user.id === account?.id;
  const presence = state.presence[user.id];
  return (
    <li className="group grid grid-cols-[2rem_minmax(0,1fr)_auto] items-center gap-x-[11px] rounded-thing px-2.5 py-1.5 text-small leading-[1.0625rem] hover:bg-sunk hover:[--on:var(--sunk)]">
      <Avatar user={user} size={32} presence={user.kind === "human" ? (presence?.status ?? "offline") : undefined} />
      <span className="min-w-0">
        <b className="flex items-baseline gap-1.5 font-semibold">
          <span className="truncate" dir="auto">
            {user.displayName}
          </span>
          {mine ? <span className="shrink-0 font-normal text-ink-3">{t("you")}</span> : null}
          {user.kind === "assistant" ? <AiBadge /> : null}
        </b>
        <Doing member={member} state={state} />
      </span>
      <span className="flex items-center justify-end gap-1 pointer-fine:grid pointer-fine:justify-items-end pointer-fine:*:[grid-area:1/1]">
        {member.role === "MEMBER" ? null : <span className="pointer-events-none text-meta text-ink-3 pointer-fine:not-only:group-focus-within:opacity-0 pointer-fine:not-only:group-hover:opacity-0">{t(`roles.${member.role}`)}</span>}
        {mine ? null : <MemberMenu member={member} state={state} roomId={roomId} />}
      </span>
    </li>
  );
}

function Doing({ member: { user }, state }: { member: Member; state: RoomState }) {
  const t = useTranslations("people.panel");
  const locale = useLocale();
  const presence = state.presence[user.id];
  const typing = state.typists.some(({ userId }) => userId === user.id);
  const words = () => {
    if (user.kind === "assistant") return t(`answers.${state.room?.settings.assistantMode ?? "mention"}`);
    if (typing) return t("typing");
    if (presence?.status === "online") return t("here");
    if (presence?.lastSeen) return t("lastSeen", { when: shortWhen(presence.lastSeen, locale) });
    return `@${user.username}`;
  };
  return <small className="block truncate text-meta leading-4 text-ink-3">{words()}</small>;
}

function MemberMenu({ member: { user, role }, state, roomId }: { member: Member; state: RoomState; roomId: Id }) {
  const t = useTranslations("people.panel");
  const { trpc } = useTertulia();
  const textOf = useRefusalText();
  const directMessage = useDirectMessage();
  const { me, room } = state;
  if (!me || !room || state.status !== "ready") return null;

  const attempt = (deed: Promise<unknown>) => void deed.catch((thrown: unknown) => showToast(textOf(refusalOf(thrown))));
  const inRoom = room.kind === "room";
  const entries: MenuEntry[] = [];
  if (user.kind === "human" && room.kind !== "dm") entries.push({ icon: "reply", label: t("message"), onSelect: () => attempt(directMessage(user.id)) });
  if (inRoom && maySetRoles(me) && user.kind === "human" && role !== "OWNER") {
    const next = role === "ADMIN" ? "MEMBER" : "ADMIN";
    entries.push({ icon: "check", label: t(`make.${next}`), onSelect: () => attempt(trpc.members.setRole.mutate({ roomId, userId: user.id, role: next })) });
  }
  if (inRoom && mayAdminister(me) && role !== "OWNER") {
    if (entries.length > 0) entries.push("line");
    entries.push({ icon: "remove", label: t("remove"), danger: true, onSelect: () => attempt(trpc.members.remove.mutate({ roomId, userId: user.id })) });
  }
  if (entries.length === 0) return null;
  return (
    <MenuButton
      icon="more"
      label={t("actions", { name: user.displayName })}
      size="small"
      entries={entries}
      className="-me-1.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
    />
  );
}
