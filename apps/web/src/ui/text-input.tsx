import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Icon, type IconName } from "./icon";

export interface TextInputProps extends Omit<ComponentProps<"input">, "size"> {
  size?: "medium" | "large";
  icon?: IconName;
  /** Stands inside, at the end. */
  end?: ReactNode;
}

/** Never under 16 px on phones, or they zoom in on focus. */
export function TextInput({ size = "medium", icon, end, className, ...rest }: TextInputProps) {
  return (
    <span
      className={clsx(
        "flex items-center rounded-thing bg-raise ps-[13px] pe-1 inset-ring inset-ring-edge transition-shadow focus-within:inset-ring-2 focus-within:inset-ring-green has-aria-invalid:inset-ring-red",
        size === "large" ? "h-11 text-[1rem]" : "h-9.5 text-body max-md:h-11 max-md:text-[1rem]",
        className,
      )}
    >
      {icon ? <Icon name={icon} small className="me-2.25 text-ink-3" /> : null}
      <input type="text" className="h-full min-w-0 flex-1 bg-transparent pe-2 outline-none placeholder:text-ink-3" {...rest} />
      {end}
    </span>
  );
}
