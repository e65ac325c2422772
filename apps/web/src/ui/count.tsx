import * as limits from "@tertulia/model/limits";
import { clsx } from "clsx";

/** How many are unread, up to 99+; lamp-yellow with an @ when they speak to you. */
export function Count({ value, mentions = 0 }: { value: number; mentions?: number }) {
  const shown = mentions > 0 ? `@${upTo99(mentions)}` : upTo99(value);
  return (
    <span className={clsx("h-4.5 min-w-5 rounded-full px-1.5 text-center text-[.6875rem]/[1.125rem] font-[650] tabular-nums", mentions > 0 ? "bg-lamp-fill text-on-lamp" : "bg-green text-on-green")}>
      {shown}
    </span>
  );
}

const upTo99 = (value: number): string => (value >= limits.unreadShown ? `${limits.unreadShown - 1}+` : String(value));
