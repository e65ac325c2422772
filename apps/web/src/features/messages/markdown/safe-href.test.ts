import { describe, expect, it } from "vitest";
import { addressAndRest, safeHref } from "./safe-href";

describe("where a link may lead", () => {
  it.each([
    ["https://example.org/a?b=c#d", "https://example.org/a?b=c#d"],
    ["HTTP://EXAMPLE.ORG", "http://example.org/"],
    ["mailto:mira@example.org", "mailto:mira@example.org"],
  ])("is %j", (href, safe) => expect(safeHref(href)).toBe(safe));

  it.each([
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "java\tscript:alert(1)", "\u0001javascript:alert(1)", "javascript&colon;alert(1)",
    "vbscript:x", "data:text/html,<script>alert(1)</script>", "data:image/svg+xml,x", "blob:https://a/b", "file:///etc/passwd", "about:blank", "ftp://a/b", "//example.org", "/rooms", "#x", "",
  ])("is never %j", (href) => expect(safeHref(href)).toBeNull());

  it("ends where Chinese goes on without a space", () => {
    expect(addressAndRest("https://a.b/c，好")).toEqual(["https://a.b/c", "，好"]);
    expect(addressAndRest("https://a.b/中文")).toEqual(["https://a.b/中文", ""]);
  });
});
