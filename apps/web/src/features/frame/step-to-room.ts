import { goTo } from "./place";

/** Goes to the room before or after this one in the list, as it stands on the screen. Answers whether there was one. */
export function stepToRoom(step: 1 | -1, unreadOnly: boolean): boolean {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-region='nav'] a[href^='/rooms/']")];
  const here = links.findIndex((link) => link.ariaCurrent === "page");
  const ahead = step === 1 ? links.slice(here + 1) : links.slice(0, Math.max(here, 0)).reverse();
  const next = ahead.find((link) => !unreadOnly || link.dataset["unread"] !== undefined);
  if (!next) return false;
  goTo(next.pathname);
  next.scrollIntoView({ block: "nearest" });
  return true;
}
