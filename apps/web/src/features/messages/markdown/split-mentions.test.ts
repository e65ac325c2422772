import type { User } from "@tertulia/model/users";
import { describe, expect, it } from "vitest";
import { peopleOf, splitMentions } from "./split-mentions";

const user = (username: string): User => ({ id: username, username, displayName: username, avatarUrl: null, kind: "human" });
const mira = user("mira");
const quill = user("Quill");
const miraSol = user("mira.sol");
const people = peopleOf([mira, quill, miraSol]);

describe("the mentions in a text", () => {
  it.each([
    ["@mira before you climb", [mira, " before you climb"]],
    ["ask @QUILL.", ["ask ", quill, "."]],
    ["请@quill你好", ["请", quill, "你好"]],
    ["@mira.sol and @mira.solo", [miraSol, " and ", miraSol, "o"]],
    ["@nobody here, a@b", ["@nobody here, a@b"]],
    ["@mira@quill", [mira, quill]],
    ["none", ["none"]],
  ])("of %j are found as the server finds them", (text, parts) => {
    expect(splitMentions(text, people)).toEqual(parts);
  });
});
