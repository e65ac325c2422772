"use client";

import type { Id } from "@tertulia/model/ids";
import type { User } from "@tertulia/model/users";
import { useTranslations } from "next-intl";
import { useId, useState, type KeyboardEvent } from "react";
import { refusalOf } from "@/features/connection/refusal";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { Icon } from "@/ui/icon";
import { TextInput } from "@/ui/text-input";
import { PersonOption } from "./person-option";
import { usePeopleSearch } from "./use-people-search";

export interface PeoplePickerProps {
  chosen: readonly User[];
  onChange: (chosen: readonly User[]) => void;
  /** Shown but not to be chosen, and why. */
  already?: ReadonlyMap<Id, string>;
  /** Assistants can be chosen too. */
  assistants?: boolean;
}

/** Type a name, ↑ ↓ and Enter or a click choose; Backspace in the empty field takes the last one off. */
export function PeoplePicker({ chosen, onChange, already, assistants = false }: PeoplePickerProps) {
  const t = useTranslations("people.picker");
  const me = useStore(useTertulia().account);
  const list = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const search = usePeopleSearch(typed);
  const offered = search.results.filter((user) => user.id !== me?.id && (assistants || user.kind === "human") && !chosen.some(({ id }) => id === user.id));
  // Those who can be chosen come first, so that Enter always picks one.
  const options = [...offered.filter(({ id }) => !already?.has(id)), ...offered.filter(({ id }) => already?.has(id))];

  const choose = (user: User | undefined) => {
    if (!user || already?.has(user.id)) return;
    onChange([...chosen, user]);
    setTyped("");
    setActive(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter and the arrows belong to the input method while it composes.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, options.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter" && typed !== "") choose(options[active]);
    else if (event.key === "Backspace" && typed === "") onChange(chosen.slice(0, -1));
    else return;
    if (event.key !== "Backspace") event.preventDefault();
  };

  return (
    <>
      {chosen.length > 0 ? <Chosen users={chosen} onRemove={(id) => onChange(chosen.filter((user) => user.id !== id))} /> : null}
      <TextInput
        icon="search"
        role="combobox"
        aria-label={t("search")}
        aria-expanded={options.length > 0}
        aria-controls={list}
        aria-activedescendant={options[active] ? `${list}-${options[active].id}` : undefined}
        placeholder={t("search")}
        autoFocus
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="mt-2 min-h-48" aria-busy={search.searching}>
        {search.error ? <RefusalLine refused={refusalOf(search.error)} /> : null}
        <div id={list} role="listbox" aria-label={t("search")}>
          {options.map((user, place) => (
            <PersonOption key={user.id} id={`${list}-${user.id}`} user={user} active={place === active} note={already?.get(user.id)} onChoose={() => choose(user)} onPoint={() => setActive(place)} />
          ))}
        </div>
        {options.length === 0 && !search.searching ? (
          <p className="pt-12 text-center text-small text-ink-3">{search.query ? t("none", { query: search.query }) : t("hint")}</p>
        ) : null}
      </div>
    </>
  );
}

function Chosen({ users, onRemove }: { users: readonly User[]; onRemove: (id: Id) => void }) {
  const t = useTranslations("people.picker");
  return (
    <ul aria-label={t("chosen")} className="mb-2 flex flex-wrap gap-1.5">
      {users.map((user) => (
        <li key={user.id}>
          <button
            type="button"
            aria-label={t("remove", { name: user.displayName })}
            onClick={() => onRemove(user.id)}
            className="inline-flex h-6.5 items-center gap-1.5 rounded-full bg-green-soft ps-2.5 pe-1.5 text-meta font-[550] text-green"
          >
            {user.displayName}
            <Icon name="close" small />
          </button>
        </li>
      ))}
    </ul>
  );
}
