import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Icon, type IconName } from "./icon";

export interface ButtonProps extends ComponentProps<"button"> {
  /** `main` is the one thing to do here: at most one in sight. */
  look?: "main" | "plain" | "quiet" | "danger";
  size?: "small" | "medium" | "large";
  icon?: IconName;
  /** Something is under way: the button keeps its place and words, and can't be pressed again. */
  busy?: boolean;
  children: ReactNode;
}

const looks = {
  main: "bg-green text-on-green enabled:hover:bg-green-deep",
  plain: "bg-raise text-ink inset-ring inset-ring-line enabled:hover:bg-sunk",
  quiet: "text-ink-2 enabled:hover:bg-hover enabled:hover:text-ink",
  danger: "bg-raise text-red inset-ring inset-ring-line enabled:hover:bg-red-soft",
};

const sizes = {
  small: "h-7 gap-1.5 rounded-[8px] px-2.5 text-meta",
  medium: "h-9 gap-2 rounded-thing px-3.5 text-small",
  large: "h-11.5 gap-2 rounded-[12px] px-5 text-body",
};

export function Button({ look = "plain", size = "medium", icon, busy = false, disabled, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={clsx("inline-flex shrink-0 items-center justify-center font-[550] whitespace-nowrap transition-colors disabled:opacity-60", looks[look], sizes[size], className)}
      {...rest}
    >
      {icon ? <Icon name={icon} small /> : null}
      {children}
    </button>
  );
}
