import type { ComponentProps } from "react";

/** Several lines; grows with its words where the browser can. */
export function TextArea({ className = "", ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={2}
      className={`block max-h-40 w-full resize-none rounded-thing bg-raise px-[13px] py-2 text-body inset-ring inset-ring-edge outline-none [field-sizing:content] placeholder:text-ink-3 focus-visible:rounded-thing focus-visible:inset-ring-2 focus-visible:inset-ring-green aria-invalid:inset-ring-red max-md:text-[1rem] ${className}`}
      {...rest}
    />
  );
}
