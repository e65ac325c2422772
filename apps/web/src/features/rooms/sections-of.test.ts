import type { InboxEntry, Room } from "@tertulia/model/rooms";
import { describe, expect, it } from "vitest";
import { inPlace, sectionsOf, type Sections } from "./sections-of";

const room = (id: string, kind: Room["kind"]): Room => ({
  id, kind, title: id, description: "", isPrivate: false, hasPassword: false, settings: { assistantMode: "mention", whoCanPost: "everyone", slowModeSeconds: 0 },
  memberCount: 2, headSeq: 1, lastMessageAt: null, createdAt: "", updatedAt: "", deletedAt: null,
});
const entry = (id: string, unread = 0, mentions = 0, at = "2026-11-12T10:00:00Z", kind: Room["kind"] = "room"): InboxEntry => ({
  room: room(id, kind), headSeq: 1, unread, mentions, lastReadSeq: 0, archived: false, others: [],
  last: { seq: 1, author: { id: "u", username: "u", displayName: "U", avatarUrl: null, kind: "human" }, excerpt: "", at },
});
const ids = (sections: Sections) => Object.fromEntries(Object.entries(sections).map(([name, list]) => [name, list.map((each) => each.room.id).join(" ")]));

describe("the room list", () => {
  it("puts unread rooms first, mentions before the rest and newest first, and the others by name", () => {
    const entries = [
      entry("lease"), entry("choir"), entry("room 10"), entry("room 9"), entry("quiet dm", 0, 0, "", "dm"), entry("quill", 0, 0, "", "assistant"),
      entry("old", 1, 0, "2026-11-12T08:00:00Z"), entry("new", 12, 0, "2026-11-12T11:00:00Z"), entry("called", 1, 1, "2026-11-11T11:00:00Z", "dm"),
    ];
    expect(ids(sectionsOf(entries, null, "en"))).toEqual({ unread: "called new old", rooms: "choir lease room 9 room 10", people: "quiet dm", assistants: "quill" });
  });

  it("leaves the room on the screen where it was when mira opened it, whatever is read or said there", () => {
    const read = { roomId: "open", wasUnread: false };
    const unread = { roomId: "open", wasUnread: true };
    expect(ids(sectionsOf([entry("open"), entry("lease")], unread, "en"))).toMatchObject({ unread: "open", rooms: "lease" });
    expect(ids(sectionsOf([entry("open", 3), entry("lease")], read, "en"))).toMatchObject({ unread: "", rooms: "lease open" });
    expect(ids(sectionsOf([entry("open"), entry("lease", 1)], null, "en"))).toMatchObject({ unread: "lease", rooms: "open" });
  });

  it("moves nothing under the pointer: what is new waits at the end, what is gone leaves", () => {
    const before = sectionsOf([entry("a"), entry("b"), entry("gone")], null, "en");
    const now = sectionsOf([entry("a"), entry("b", 3), entry("aa"), entry("c", 1)], null, "en");
    const steady = inPlace(before, now);
    expect(ids(steady)).toMatchObject({ rooms: "a b aa", unread: "c" });
    expect(steady.rooms[1]?.unread).toBe(3);
  });
});
