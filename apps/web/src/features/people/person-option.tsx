"use client";

import type { User } from "@tertulia/model/users";
import { AiBadge } from "@/ui/ai-badge";
import { Avatar } from "@/ui/avatar";
import { OptionRow } from "@/ui/option-row";

/** Someone to choose. */
export function PersonOption({ id, user, active, note, onChoose, onPoint }: { id: string; user: User; active: boolean; note?: string | undefined; onChoose: () => void; onPoint: () => void }) {
  return (
    <OptionRow id={id} active={active} disabled={note !== undefined} onChoose={onChoose} onPoint={onPoint} face={<Avatar user={user} size={24} />} end={note}>
      <span dir="auto">{user.displayName}</span>
      {user.kind === "assistant" ? <AiBadge className="ms-1.5" /> : null}
      <small className="ms-2 text-small text-ink-3">@{user.username}</small>
    </OptionRow>
  );
}
