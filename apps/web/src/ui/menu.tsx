"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { clsx } from "clsx";
import { useRef, type ReactElement } from "react";
import { Icon } from "./icon";
import type { MenuEntry } from "./menu-button";

export interface MenuProps {
  trigger: ReactElement;
  entries: readonly MenuEntry[];
  align: "start" | "end";
}

type Choice = Exclude<MenuEntry, "line">;

/** A list of things to do, open from its first moment: {@link MenuButton} mounts it when it is asked for. */
export default function Menu({ trigger, entries, align }: MenuProps) {
  const chosen = useRef<Choice | null>(null);
  // Done when the menu has gone and its button has the focus again: a dialog gives it back to where it was.
  const onClosed = (open: boolean) => {
    if (open) return;
    chosen.current?.onSelect();
    chosen.current = null;
  };
  return (
    <Base.Root defaultOpen onOpenChangeComplete={onClosed}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} className="z-50 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-48 overflow-y-auto rounded-[12px] bg-raise p-[5px] text-small shadow-up-2 outline-none">
            {entries.map((entry, place) => (entry === "line" ? <Base.Separator key={place} className="my-[5px] h-px bg-line" /> : <Entry key={entry.label} entry={entry} onChoose={() => (chosen.current = entry)} />))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entry({ entry: { icon, label, danger = false }, onChoose }: { entry: Choice; onChoose: () => void }) {
  return (
    <Base.Item
      onClick={onChoose}
      className={clsx(
        "flex min-h-9 cursor-pointer items-center gap-3 rounded-thing pe-4 ps-2.5 outline-none select-none max-md:min-h-11 max-md:text-body",
        danger ? "text-red data-highlighted:bg-red-soft" : "data-highlighted:bg-picked",
      )}
    >
      <Icon name={icon} className={danger ? "" : "text-ink-2"} />
      {label}
    </Base.Item>
  );
}
