import type { TimelineMessage } from "@tertulia/client/state";
import type { User } from "@tertulia/model/users";
import { describe, expect, it } from "vitest";
import { announcementsBetween } from "./announcements";

const user = (name: string): User => ({ id: name, username: name, displayName: name, avatarUrl: null, kind: "human" });
const said = (seq: number, author: string, content: string, status: TimelineMessage["status"] = "sent"): TimelineMessage => ({
  key: `m${seq}`, id: `m${seq}`, roomId: "room", seq, clientId: null, author: user(author), role: "user", type: "text", content, metadata: {}, replyTo: null, threadRootId: null,
  threadCount: 0, variants: [], attachments: [], reactions: [], mentions: [], mentionsRoom: false, status, run: null, editedAt: null, deletedAt: null, createdAt: "", updatedAt: "",
});

describe("[C40] those who listen", () => {
  it("hear a new message of someone else once, with its author", () => {
    const before = [said(1, "tomas", "Tea?")];
    const after = [...before, said(2, "wen", "Yes."), said(3, "mira", "Me too.")];
    expect(announcementsBetween(before, after, "mira")).toEqual([{ says: "said", name: "wen", words: "Yes." }]);
    expect(announcementsBetween(after, after, "mira")).toEqual([]);
  });

  it("hear nothing of history that is loaded above", () => {
    const before = [said(5, "tomas", "Tea?")];
    expect(announcementsBetween(before, [said(3, "wen", "earlier"), said(4, "wen", "and"), ...before], "mira")).toEqual([]);
  });

  it("hear an answer begin and end, and none of the words in between", () => {
    const begun = [said(1, "quill", "", "streaming")];
    const growing = [said(1, "quill", "Half an", "streaming")];
    const done = [said(1, "quill", "Half an answer.")];
    expect(announcementsBetween([], begun, "mira")).toEqual([{ says: "began", name: "quill" }]);
    expect(announcementsBetween(begun, growing, "mira")).toEqual([]);
    expect(announcementsBetween(growing, done, "mira")).toEqual([{ says: "ended", name: "quill", words: "Half an answer." }]);
  });

  it("hear it begin again when it is written anew", () => {
    const done = [said(1, "quill", "Half an answer."), said(2, "tomas", "Go on.")];
    const anew = done.with(0, said(1, "quill", "", "streaming"));
    expect(announcementsBetween(done, anew, "mira")).toEqual([{ says: "began", name: "quill" }]);
  });
});
