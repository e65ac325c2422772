"use client";

import type { User } from "@tertulia/model/users";
import { clsx } from "clsx";
import { useTranslations } from "next-intl";
import { AiBadge } from "@/ui/ai-badge";
import { Avatar } from "@/ui/avatar";
import { Icon } from "@/ui/icon";

export interface MentionMenuProps {
  id: string;
  users: readonly User[];
  active: number;
  onPick: (user: User) => void;
  onPoint: (place: number) => void;
}

export const optionId = (menuId: string, place: number): string => `${menuId}-${place}`;

/** Whoever could be meant, above the composer. The focus stays in the text. */
export function MentionMenu({ id, users, active, onPick, onPoint }: MentionMenuProps) {
  const t = useTranslations("composer");
  return (
    <div id={id} role="listbox" aria-label={t("mentionWhom")} className="mention-menu">
      {users.map((user, place) => (
        <div
          key={user.id}
          id={optionId(id, place)}
          role="option"
          aria-selected={place === active}
          className={clsx("mention-option", place === active && "bg-picked")}
          // Before the text loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(user);
          }}
          onPointerMove={() => onPoint(place)}
        >
          <Avatar user={user} size={24} />
          <span className="min-w-0 truncate">
            <bdi>{user.displayName}</bdi>
            {user.kind === "assistant" ? <AiBadge className="ms-1.5" /> : null}
            <small className="ms-2 text-ink-3" translate="no">@{user.username}</small>
          </span>
          {place === active ? <Icon name="enter" small className="text-ink-3" /> : null}
        </div>
      ))}
    </div>
  );
}
