"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import type { InboxEntry } from "@tertulia/model/rooms";
import { useTranslations } from "next-intl";
import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { entryTitle } from "@/features/rooms/room-title";
import { Avatar } from "@/ui/avatar";
import { Count } from "@/ui/count";
import { Icon } from "@/ui/icon";
import { Kbd } from "@/ui/kbd";
import { OptionRow } from "@/ui/option-row";
import { Seat } from "@/ui/seat";
import { useFocusBack } from "@/ui/use-focus-back";
import { MarkedLetters } from "./marked-letters";
import { matchLetters, type Match } from "./match-letters";
import { goTo, pathOfRoom } from "./place";

const SHOWN = 9;

interface Hit {
  entry: InboxEntry;
  match: Match;
}

/** Type a few letters of a room or a person, Enter goes there. */
export default function Switcher({ onClose }: { onClose: () => void }) {
  const t = useTranslations("frame.switcher");
  const { entries } = useStore(useTertulia().inbox);
  const list = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  useFocusBack();
  const hits = useMemo(() => hitsFor(entries, typed), [entries, typed]);

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    goTo(pathOfRoom(hit.entry.room.id));
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setActive((active + 1) % Math.max(1, hits.length));
    else if (event.key === "ArrowUp") setActive((active + hits.length - 1) % Math.max(1, hits.length));
    else if (event.key === "Enter") go(hits[active]);
    else return;
    event.preventDefault();
  };

  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-(--calm) starting:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 grid items-start justify-items-center px-4 pt-[12vh] pb-4 max-md:p-2">
          <Base.Popup className="flex max-h-full w-full max-w-150 flex-col overflow-hidden rounded-dialog bg-raise shadow-up-3 outline-none transition-[opacity,translate] duration-(--calm) [--on:var(--raise)] starting:-translate-y-1.5 starting:opacity-0">
            <Base.Title className="sr-only">{t("title")}</Base.Title>
            <div className="flex h-14 shrink-0 items-center gap-3 border-b border-line ps-4.5 pe-3.5 text-[1.0625rem]">
              <Icon name="search" className="text-ink-3" />
              <input
                role="combobox"
                aria-label={t("title")}
                aria-expanded={hits.length > 0}
                aria-controls={list}
                aria-activedescendant={hits[active] ? `${list}-${active}` : undefined}
                autoFocus
                autoComplete="off"
                placeholder={t("placeholder")}
                value={typed}
                onChange={(event) => {
                  setTyped(event.target.value);
                  setActive(0);
                }}
                onKeyDown={onKeyDown}
                className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-ink-3"
              />
              <Base.Close className="rounded-[5px]">
                <Kbd>Esc</Kbd>
              </Base.Close>
            </div>
            <div id={list} role="listbox" aria-label={t("title")} className="min-h-0 overflow-y-auto p-2">
              {hits.map((hit, place) => (
                <OptionRow key={hit.entry.room.id} id={`${list}-${place}`} active={place === active} onChoose={() => go(hit)} onPoint={() => setActive(place)} face={<Face entry={hit.entry} />} end={<End entry={hit.entry} active={place === active} />}>
                  <MarkedLetters text={entryTitle(hit.entry)} letters={hit.match.letters} />
                </OptionRow>
              ))}
            </div>
            {hits.length === 0 ? <p className="px-4.5 pt-4 pb-8 text-center text-small text-ink-3">{t("none", { query: typed.trim() })}</p> : null}
            <footer className="flex flex-wrap gap-x-4.5 gap-y-1.5 border-t border-line bg-sunk px-4.5 py-2.5 text-meta text-ink-3 max-md:hidden">
              <span className="inline-flex items-center gap-1.5">
                <Kbd>↑</Kbd>
                <Kbd>↓</Kbd>
                {t("choose")}
              </span>
              <span className="inline-flex items-center gap-1.5">
                <Kbd>↵</Kbd>
                {t("open")}
              </span>
            </footer>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Best match first; among equals unread ones, then the most recent. */
function hitsFor(entries: readonly InboxEntry[], typed: string): Hit[] {
  const hits = entries.flatMap((entry) => {
    const match = matchLetters(entryTitle(entry), typed);
    return match ? [{ entry, match }] : [];
  });
  return hits.sort((a, b) => b.match.score - a.match.score || unreadRank(b) - unreadRank(a)).slice(0, SHOWN);
}

const unreadRank = ({ entry }: Hit): number => (entry.mentions > 0 ? 2 : entry.unread > 0 ? 1 : 0);

function Face({ entry: { room, others, unread, mentions } }: { entry: InboxEntry }) {
  const [other] = others;
  if (room.kind !== "room" && other) return <Avatar user={other} size={24} />;
  return (
    <span className={unread > 0 ? "text-green" : "text-ink-3"}>
      <Seat state={mentions > 0 ? "mention" : unread > 0 ? "unread" : room.isPrivate ? "private" : "read"} />
    </span>
  );
}

function End({ entry: { unread, mentions }, active }: { entry: InboxEntry; active: boolean }) {
  return (
    <>
      {unread > 0 ? <Count value={unread} mentions={mentions} /> : null}
      {active ? (
        <span className="max-md:hidden">
          <Kbd>↵</Kbd>
        </span>
      ) : null}
    </>
  );
}
