import { describe, expect, it } from "vitest";
import { whereToNext } from "./where-to-next";

const to = (next: string) => whereToNext(`?next=${encodeURIComponent(next)}`, "https://casa.example");

describe("the place shown after signing in", () => {
  it("is the one that was asked for", () => {
    expect(to("/rooms/1?around=4")).toBe("/rooms/1?around=4");
  });

  it("is the front page when nothing was asked for", () => {
    expect(whereToNext("", "https://casa.example")).toBe("/");
  });

  it.each(["https://evil.example/", "//evil.example/x", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "/sign-in"])("is never %j", (next) => {
    expect(to(next)).toBe("/");
  });
});
