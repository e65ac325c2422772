import { describe, expect, it } from "vitest";
import { messagesIn } from "./messages";

const en = wordsOf(messagesIn.en);
const zh = wordsOf(messagesIn["zh-CN"]);

describe("the strings of the two languages", () => {
  it("are the same set of keys", () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it("are filled with the same values, but for a count that only English needs for its plural", () => {
    for (const [key, words] of en) {
      const filled = argumentsOf(zh.get(key) ?? "");
      expect([key, filled.filter((name) => !argumentsOf(words).includes(name))]).toEqual([key, []]);
      expect([key, argumentsOf(words.replace(/\{\w+, plural,/g, "")).filter((name) => !filled.includes(name))]).toEqual([key, []]);
    }
  });

  it("are never empty, and carry no tracked-over English in Chinese", () => {
    for (const [key, words] of zh) expect([key, words.trim()]).not.toEqual([key, ""]);
    const untranslated = [...zh].filter(([key, words]) => /[a-z]{2}/.test(plain(words)) && words === en.get(key)).map(([key]) => key);
    expect(untranslated).toEqual([]);
  });

  it("have typographic quotes and apostrophes", () => {
    const straight = [...en, ...zh].filter(([, words]) => /["']/.test(plain(words))).map(([key]) => key);
    expect(straight).toEqual([]);
  });
});

/** Every string under its dotted key. */
function wordsOf(tree: object, path = ""): Map<string, string> {
  const words = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") words.set(path + key, value);
    else for (const [inner, text] of wordsOf(value, `${path}${key}.`)) words.set(inner, text);
  }
  return words;
}

/** The names of what is filled in and of the tags around words; what stands in braces after a plural's case is words. */
const argumentsOf = (words: string): string[] => [...new Set([...words.matchAll(/(?<!(?:=\d+|one|other) )\{(\w+)|<(\w+)>/g)].map(([, value, tag]) => value ?? `<${tag}>`))].sort();

/** The words alone: without what is filled in, tags, and names that are the same everywhere. */
const plain = (words: string): string => words.replace(/\{\w+(, \w+)?\}|<\/?\w+>/g, "").replace(/\b(Tertulia|Markdown|AI|Esc|Ctrl|Enter)\b/g, "");
