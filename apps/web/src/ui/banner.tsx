import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

/** One line under a room's head. Lamp informs; red means that something stops until you act. */
export function Banner({ icon, tone = "lamp", children, action }: { icon: IconName; tone?: "lamp" | "red"; children: ReactNode; action?: ReactNode }) {
  return (
    <div role="status" className={`flex min-h-9 items-center gap-2.5 border-b border-line py-1.5 ps-5 pe-3 text-small ${tone === "red" ? "bg-red-soft" : "bg-lamp-soft"}`}>
      <Icon name={icon} className={tone === "red" ? "text-red" : "text-lamp"} />
      <span className="flex-1">{children}</span>
      {action}
    </div>
  );
}
