import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { Icon, type IconName } from "./icon";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: IconName;
  /** What it does, in a verb: its name for those who listen, its tooltip for those who look. */
  label: string;
  /** `head` grows to 40 px on phones, where the others stay at 34 (`small`: 28). */
  size?: "head" | "medium" | "small";
}

const sizes = {
  head: "size-8.5 max-md:size-10",
  medium: "size-8.5",
  small: "size-7",
};

export function IconButton({ icon, label, size = "medium", className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      data-tooltip={label}
      className={clsx(
        "inline-grid shrink-0 place-items-center rounded-thing text-ink-2 transition-colors",
        "enabled:hover:bg-[color-mix(in_oklch,var(--ink)_7%,transparent)] enabled:hover:text-ink disabled:opacity-35",
        "pressed:bg-green-soft pressed:text-green aria-expanded:bg-[color-mix(in_oklch,var(--ink)_7%,transparent)]",
        sizes[size],
        className,
      )}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
