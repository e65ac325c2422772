import type { Member } from "@tertulia/model/members";
import type { Room } from "@tertulia/model/rooms";
import { describe, expect, it } from "vitest";
import { joinedSince, passedBetween } from "./room-notices";

const room: Room = {
  id: "room", kind: "room", title: "Tea", description: "", isPrivate: false, hasPassword: false, settings: { assistantMode: "mention", whoCanPost: "everyone", slowModeSeconds: 0 }, memberCount: 2, headSeq: 1,
  lastMessageAt: null, createdAt: "2026-11-12T09:00:00.000Z", updatedAt: "2026-11-12T09:00:00.000Z", deletedAt: null,
};
const member = (name: string, joinedAt: string): Member => ({
  user: { id: name, username: name, displayName: name, avatarUrl: null, kind: "human" }, role: "MEMBER", joinedAt: `2026-11-12T${joinedAt}.000Z`, lastReadSeq: 0,
});
const mira = member("mira", "09:00:00");
const quill = member("quill", "09:00:00");
const wen = member("wen", "09:00:01");
const tomas = member("tomas", "10:00:00");

describe("the lines of the room itself", () => {
  it("tell who joined, but not who came with the room", () => {
    const joined = ["joined wen 2026-11-12T09:00:01.000Z", "joined tomas 2026-11-12T10:00:00.000Z"];
    expect(joinedSince(room, [mira, quill, wen, tomas], "").map(({ key }) => key)).toEqual(joined);
  });

  it("tell nothing of what happened before the messages held here", () => {
    expect(joinedSince(room, [tomas], "2026-11-12T10:30:00.000Z")).toEqual([]);
  });

  it("tell who has left, and the room's new name", () => {
    const at = "2026-11-12T11:00:00.000Z";
    const before = { room, members: [mira, tomas], hasMoreMembers: false };
    const after = { room: { ...room, title: "Coffee" }, members: [mira], hasMoreMembers: false };
    expect(passedBetween(before, after, at)).toEqual([
      { kind: "left", key: `left tomas ${at}`, at, userId: "tomas", name: "tomas" },
      { kind: "renamed", key: `renamed ${at}`, at, title: "Coffee" },
    ]);
    expect(passedBetween(after, { ...before, room: after.room }, at)).toEqual([]);
  });

  it("say of nobody that they left where not all members are known", () => {
    expect(passedBetween({ room, members: [mira, tomas], hasMoreMembers: true }, { room, members: [mira], hasMoreMembers: true }, "")).toEqual([]);
  });
});
