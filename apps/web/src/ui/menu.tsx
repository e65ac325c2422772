"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { clsx } from "clsx";
import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./icon";

/** A list of things to do, behind a button. */
export function Menu({ trigger, children, align = "end", side = "bottom" }: { trigger: ReactElement; children: ReactNode; align?: "start" | "center" | "end"; side?: "top" | "bottom" }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} className="z-50 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-48 overflow-y-auto rounded-[12px] bg-raise p-[5px] text-small shadow-up-2 outline-none transition-opacity duration-(--fast) starting:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ icon, danger = false, disabled = false, onSelect, children }: { icon?: IconName; danger?: boolean; disabled?: boolean; onSelect: () => void; children: ReactNode }) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={clsx(
        "flex min-h-9 cursor-pointer items-center gap-3 rounded-thing px-2.5 outline-none select-none data-disabled:cursor-default data-disabled:opacity-50 data-highlighted:bg-picked max-md:min-h-11 max-md:text-body",
        danger && "text-red data-highlighted:bg-red-soft",
      )}
    >
      {icon ? <Icon name={icon} className={danger ? "" : "text-ink-2"} /> : null}
      {children}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-[5px] h-px bg-line" />;
}
