import { clsx } from "clsx";
import type { ReactNode } from "react";

/** Our own icons: a grid of 20, outlines with round ends. Emoji are what people say and never stand here. */
const drawings = {
  search: <><circle cx="9" cy="9" r="5.2" /><path d="m13 13 3.8 3.8" /></>,
  plus: <path d="M10 4.2v11.6M4.2 10h11.6" />,
  close: <path d="m5.5 5.5 9 9m0-9-9 9" />,
  check: <path d="m4.5 10.5 3.6 3.6 7.4-8" />,
  people: <><circle cx="7.6" cy="7" r="2.7" /><path d="M2.8 15.8c.3-2.8 2.2-4.3 4.8-4.3s4.5 1.5 4.8 4.3" /><path d="M12.6 4.6a2.6 2.6 0 0 1 0 4.9M14.6 11.9c1.6.6 2.5 2 2.7 3.9" /></>,
  more: <><circle cx="4.6" cy="10" r=".6" /><circle cx="10" cy="10" r=".6" /><circle cx="15.4" cy="10" r=".6" /></>,
  reply: <path d="M7.6 4.8 3.4 9l4.2 4.2M3.8 9h7.4a5 5 0 0 1 5 5v1.4" />,
  face: <><circle cx="10" cy="10" r="6.8" /><path d="M7.2 11.8c.6 1 1.6 1.6 2.8 1.6s2.2-.6 2.8-1.6M7.7 8v.3M12.3 8v.3" /></>,
  pen: <path d="m12.6 4.4 3 3L7.3 15.7l-3.7.7.7-3.7z" />,
  copy: <><rect x="7.2" y="7.2" width="9" height="9" rx="2" /><path d="M12.8 4.9A1.8 1.8 0 0 0 11 3.8H5.6a1.8 1.8 0 0 0-1.8 1.8V11a1.8 1.8 0 0 0 1.1 1.8" /></>,
  link: <><path d="M8.4 11.6a2.9 2.9 0 0 0 4.1 0l2.8-2.8a2.9 2.9 0 0 0-4.1-4.1l-1 1" /><path d="M11.6 8.4a2.9 2.9 0 0 0-4.1 0l-2.8 2.8a2.9 2.9 0 0 0 4.1 4.1l1-1" /></>,
  send: <path d="M10 15.8V4.4M5 9.2l5-4.9 5 4.9" />,
  stop: <rect x="5.8" y="5.8" width="8.4" height="8.4" rx="2" fill="currentColor" />,
  again: <path d="M15.9 10.4a5.9 5.9 0 1 1-1.7-4.6l1.6 1.6M16 3.6v3.9h-3.9" />,
  left: <path d="m12 5-5 5 5 5" />,
  "arrow-down": <path d="M10 4v12m-4.6-4.6L10 16l4.6-4.6" />,
  mention: <><circle cx="10" cy="10" r="2.8" /><path d="M12.8 7.4v3.3c0 1.3.7 2 1.7 2 1.3 0 2.2-1.1 2.2-3a6.8 6.8 0 1 0-2.9 5.4" /></>,
  lock: <><rect x="4.8" y="9" width="10.4" height="7.4" rx="2" /><path d="M7 9V6.8a3 3 0 0 1 6 0V9" /></>,
  settings: <><path d="M3.6 6.2h6.6M15 6.2h1.4M3.6 13.8H5M9.8 13.8h6.6" /><circle cx="12.6" cy="6.2" r="2.2" /><circle cx="7.4" cy="13.8" r="2.2" /></>,
  warning: <><circle cx="10" cy="10" r="6.8" /><path d="M10 6.6v4M10 13.3v.1" /></>,
  key: <><circle cx="7" cy="13" r="3.2" /><path d="m9.3 10.7 6.5-6.5M12.9 7.1l2.4 2.4" /></>,
  clock: <><circle cx="10" cy="10" r="6.8" /><path d="M10 6.2V10l2.6 1.6" /></>,
  globe: <><circle cx="10" cy="10" r="6.8" /><path d="M3.4 10h13.2M10 3.2c2 2 2.8 4.2 2.8 6.8s-.8 4.8-2.8 6.8c-2-2-2.8-4.2-2.8-6.8S8 5.2 10 3.2z" /></>,
  eye: <><path d="M2.8 10S5.4 5.2 10 5.2 17.2 10 17.2 10 14.6 14.8 10 14.8 2.8 10 2.8 10z" /><circle cx="10" cy="10" r="2.2" /></>,
  door: <path d="M5.6 17V4.6A1.6 1.6 0 0 1 7.2 3h5.6a1.6 1.6 0 0 1 1.6 1.6V17M3.4 17h13.2M11.6 10.2v.1" />,
  offline: <path d="M4 4l12 12M6.5 7.6A4 4 0 0 0 6.2 15h7.3M8.6 5.7a4.6 4.6 0 0 1 5.6 3.6 3.1 3.1 0 0 1 1.9 4.9" />,
  invite: <><circle cx="8.4" cy="7" r="2.7" /><path d="M3.4 15.8c.3-2.8 2.3-4.3 5-4.3.9 0 1.7.2 2.4.5M14.6 11.2v5M12.1 13.7h5" /></>,
  laptop: <><rect x="4.4" y="4.6" width="11.2" height="8" rx="1.6" /><path d="M2.8 15.6h14.4" /></>,
  phone: <><rect x="6" y="3" width="8" height="14" rx="2" /><path d="M9.2 14.6h1.6" /></>,
  leave: <><path d="M8.4 3.6H5.8A1.8 1.8 0 0 0 4 5.4v9.2a1.8 1.8 0 0 0 1.8 1.8h2.6" /><path d="M12.4 6.4 16 10l-3.6 3.6M15.6 10H8" /></>,
  enter: <path d="M15.4 5.2v3.4a2.4 2.4 0 0 1-2.4 2.4H4.8M8 7.6 4.6 11 8 14.4" />,
  remove: <><circle cx="8.4" cy="7" r="2.7" /><path d="M3.4 15.8c.3-2.8 2.3-4.3 5-4.3.9 0 1.7.2 2.4.5M12.1 13.7h5" /></>,
  bin: <path d="M4.4 6h11.2M8 6V4.6a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1V6M5.8 6l.6 9a1.4 1.4 0 0 0 1.4 1.4h4.4a1.4 1.4 0 0 0 1.4-1.4l.6-9" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof drawings;

export interface IconProps {
  name: IconName;
  /** 16 px with a heavier stroke, for use beside small words. */
  small?: boolean;
  className?: string | undefined;
}

/** A picture without a name of its own: whatever carries it says what it means. */
export function Icon({ name, small = false, className }: IconProps) {
  return (
    <svg
      viewBox="0 0 20 20"
      aria-hidden="true"
      className={clsx("block shrink-0", small ? "size-4" : "size-5", className)}
      fill="none"
      stroke="currentColor"
      strokeWidth={small ? 1.9 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {drawings[name]}
    </svg>
  );
}
