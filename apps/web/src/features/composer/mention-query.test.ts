import { describe, expect, it } from "vitest";
import type { User } from "@tertulia/model/users";
import { candidatesFor, mentionQueryIn, withMention } from "./mention-query";

const user = (username: string, displayName: string, kind: User["kind"] = "human"): User => ({ id: username, username, displayName, avatarUrl: null, kind });
const mira = user("mira", "Mira Solano");
const tomas = user("tomas", "Tomás Brandt");
const quill = user("quill", "Quill", "assistant");
const wen = user("wen", "文佳怡");
const everyone = [mira, tomas, quill, wen];

describe("[C28] looking for someone to mention", () => {
  it("begins at an @ and ends at the caret", () => {
    expect(mentionQueryIn("@qu", 3)).toEqual({ start: 0, end: 3, words: "qu" });
    expect(mentionQueryIn("ask @qu now", 7)).toEqual({ start: 4, end: 7, words: "qu" });
    expect(mentionQueryIn("@", 1)).toEqual({ start: 0, end: 1, words: "" });
  });

  it("works right after Chinese, without a space", () => {
    expect(mentionQueryIn("请@q", 3)).toEqual({ start: 1, end: 3, words: "q" });
    expect(mentionQueryIn("请@文佳", 4)).toEqual({ start: 1, end: 4, words: "文佳" });
  });

  it.each(["mira@home", "mira@", "no one", "@qu ", "@ qu"])("finds none in %j", (text) => {
    expect(mentionQueryIn(text, text.length)).toBeNull();
  });

  it("offers those whose name begins so, whatever their accents, before those whose second name does", () => {
    expect(candidatesFor("tomas", everyone)).toEqual([tomas]);
    expect(candidatesFor("b", everyone)).toEqual([tomas]);
    expect(candidatesFor("文", everyone)).toEqual([wen]);
    expect(candidatesFor("q", everyone)).toEqual([quill]);
    expect(candidatesFor("", everyone)).toHaveLength(4);
    expect(candidatesFor("nobody", everyone)).toEqual([]);
  });

  it("puts the username in its place with one space after it", () => {
    expect(withMention("请@q", { start: 1, end: 3, words: "q" }, quill)).toEqual({ text: "请@quill ", caret: 8 });
    expect(withMention("ask @q now", { start: 4, end: 6, words: "q" }, quill)).toEqual({ text: "ask @quill now", caret: 11 });
  });
});
