"use client";

import { lazy, Suspense, useState } from "react";
import { IconButton, type IconButtonProps } from "./icon-button";
import type { IconName } from "./icon";

export type MenuEntry = { icon: IconName; label: string; onSelect: () => void; danger?: boolean } | "line";

export interface MenuButtonProps extends Omit<IconButtonProps, "onClick"> {
  entries: readonly MenuEntry[];
  align?: "start" | "end";
}

const load = () => import("./menu");
const Menu = lazy(load);

/** An icon that opens a menu. The menu's code comes when someone reaches for it the first time. */
export function MenuButton({ entries, align = "end", ...button }: MenuButtonProps) {
  const [wanted, setWanted] = useState(false);
  const waiting = <IconButton {...button} aria-haspopup="menu" onPointerEnter={() => void load()} onFocus={() => void load()} onClick={() => setWanted(true)} />;
  if (!wanted) return waiting;
  return (
    <Suspense fallback={waiting}>
      <Menu trigger={<IconButton {...button} />} entries={entries} align={align} />
    </Suspense>
  );
}
