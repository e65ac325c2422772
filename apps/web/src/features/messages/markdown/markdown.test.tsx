import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { messagesIn } from "@/i18n/messages";
import { blocksOf } from "./blocks-of";
import { Markdown } from "./markdown";

const draw = (source: string, { breaks = true, open = false } = {}): string =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale="en" messages={messagesIn.en} timeZone="UTC">
      <Markdown source={source} breaks={breaks} open={open} />
    </NextIntlClientProvider>,
  );

describe("Markdown on the screen", () => {
  it.each([
    ["**strong** _soft_ ~~gone~~ `code`", "<p><strong>strong</strong> <em>soft</em> <del>gone</del> <code>code</code></p>"],
    ["one\ntwo", "<p>one<br/>two</p>"],
    ["3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'],
    ["> quoted", "<blockquote><p>quoted</p></blockquote>"],
    ["[a](https://example.org/)", '<p><a href="https://example.org/" target="_blank" rel="noopener noreferrer nofollow">a</a></p>'],
    ["![a cat](https://example.org/cat.png)", '<p><a href="https://example.org/cat.png" target="_blank" rel="noopener noreferrer nofollow">a cat</a></p>'],
    ["see https://example.org/x，好", '<p>see <a href="https://example.org/x" target="_blank" rel="noopener noreferrer nofollow">https://example.org/x</a>，好</p>'],
    ["a &amp; b &lt;i&gt; &#x4e2d; `&amp;`", "<p>a &amp; b &lt;i&gt; 中 <code>&amp;amp;</code></p>"],
  ])("draws %j", (source, html) => expect(draw(source)).toBe(html));

  it("keeps a person's line breaks and joins an assistant's lines", () => {
    expect(draw("one\ntwo", { breaks: true })).toContain("<br/>");
    expect(draw("one\ntwo", { breaks: false })).not.toContain("<br/>");
  });

  it("[C15] draws a fence that is still open as code", () => {
    expect(draw("Look:\n```py\nx = 1", { open: true })).toMatch(/<p>Look:<\/p>.*<pre.*x = /s);
  });

  it("[C15] holds marks at the end back while they may turn into something else", () => {
    expect(draw("A line\n-", { open: true })).toBe("<p>A line</p>");
    expect(draw("A line\n``", { open: true })).toBe("<p>A line</p>");
    expect(draw("A line\n-")).toContain('role="heading"');
    expect(draw("It is 4", { open: true })).toBe("<p>It is 4</p>");
  });

  it("[C15] leaves finished blocks as they were while more words come", () => {
    const whole = "# Head\n\nOne paragraph.\n\n- a\n- b\n\n```js\n1\n```\n\nLast words";
    for (let length = whole.indexOf("- b"); length <= whole.length; length++) {
      const [head, paragraph] = blocksOf(whole.slice(0, length), { breaks: false, open: true });
      expect([head?.raw.trim(), paragraph?.raw.trim()]).toEqual(["# Head", "One paragraph."]);
    }
  });
});

describe("hostile words", () => {
  it.each([
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>", "<a href='javascript:alert(1)'>x</a>",
    "<!--<img src=x onerror=alert(1)>-->", "<style>*{display:none}</style>", "<details open ontoggle=alert(1)>", "a <b onclick=alert(1)>b</b>", "&lt;img src=x onerror=alert(1)&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#10;script:alert(1))", "[x](&#106;avascript:alert(1))", "[x](<java\nscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](javascript:alert(1))", "![x\" onerror=\"alert(1)](https://a/b)", "<javascript:alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "[x](vbscript:a)",
    "```\"><script>alert(1)</script>\nx\n```", "`<script>alert(1)</script>`", "|<img src=x onerror=alert(1)>|\n|-|\n|<script>|", "- <img src=x onerror=alert(1)>", "# <script>alert(1)</script>", "> <script>x</script>",
    "[x](https://a/\"onmouseover=\"alert(1))", "[<img src=x onerror=alert(1)>](https://a/b)", "https://a/<script>alert(1)</script>", "[x](https://user@evil.example\\@good.example)",
  ])("%j stay words", (source) => {
    const html = draw(source);
    const tags = Array.from(html.matchAll(/<\/?([a-z0-9]+)/g), ([, tag]) => tag);
    expect(tags.filter((tag) => !DRAWN.has(tag ?? ""))).toEqual([]);
    const attributes = Array.from(html.matchAll(/<[a-z0-9]+((?:\s+[a-z-]+="[^"]*")*)\s*\/?>/gi), ([, all]) => all ?? "").join(" ");
    expect(attributes).not.toMatch(/\son[a-z]+=|srcdoc=|\ssrc=/i);
    for (const [, href] of attributes.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(?:https?:\/\/|mailto:)/);
  });

  const DRAWN = new Set([
    "p", "a", "b", "em", "strong", "del", "code", "pre", "br", "ul", "ol", "li", "blockquote", "hr", "table", "thead", "tbody", "tr", "th", "td", "div", "span", "header", "button", "svg", "rect", "path",
  ]);
});

describe("10,000 characters of nearly Markdown", () => {
  const LONG = 10_000;
  const fill = (piece: string) => piece.repeat(Math.ceil(LONG / piece.length)).slice(0, LONG);
  const stairs = (step: (depth: number) => string) => Array.from({ length: 140 }, (_, depth) => step(depth)).join("\n").slice(0, LONG);

  // Bounded by work and not by a clock: what is worse than square in its length doesn't end within the test's own limit at all.
  it.each([
    ["open brackets", fill("[")], ["open links", fill("[a](")], ["open images", fill("![")], ["nested links", "[".repeat(2_500) + "a" + "](b)".repeat(1_800)], ["stars", fill("*a ")], ["bare stars", fill("*")],
    ["crossed emphasis", "*a".repeat(2_500) + "b*".repeat(2_500)], ["underscores", fill("_a_")], ["ticks", fill("`")], ["ticks of all lengths", stairs((depth) => "`".repeat(depth))], ["quotes in quotes", fill("> ")],
    ["bare quotes", fill(">")], ["lists in lists", fill("- ")], ["numbers in numbers", fill("1. ")], ["a staircase of lists", stairs((depth) => `${" ".repeat(depth)}- a`)], ["a staircase of quotes", stairs((depth) => `${">".repeat(depth)} a`)],
    ["pipes", fill("|a")], ["a long table", `|a|\n|-|\n${fill("|a|\n")}`], ["open tags", fill("<a ")], ["open comments", fill("<!--")], ["addresses", fill("http://")], ["mail", fill("a@b.c")], ["ats", fill("@")],
    ["ampersands", fill("&#")], ["tildes", fill("~~a ")], ["definitions", fill("[a]: b\n")], ["blank lines", fill("\n")], ["backslashes", fill("\\")], ["rules", fill("- - ")], ["open fences", fill("```\n")], ["one word", fill("a")],
    ["strings in code", `\`\`\`js\n${fill('"\\')}`], ["comments in code", `\`\`\`js\n${fill("/*")}`], ["Chinese", fill("中文，")],
  ])("%s are drawn", (_name, source) => {
    expect(draw(source).length).toBeGreaterThan(0);
    expect(draw(source, { open: true }).length).toBeGreaterThan(0);
  });
});
