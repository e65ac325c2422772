import { describe, expect, it } from "vitest";
import { languageOf } from "./language-of";

describe("the language of a message", () => {
  it("is told where its script isn't the page's", () => {
    expect(languageOf("风速 11 米每秒，别逞强。", "en")).toBe("zh-CN");
    expect(languageOf("これはペンです", "en")).toBe("ja");
    expect(languageOf("안녕하세요", "zh-CN")).toBe("ko");
  });

  it("is the page's own otherwise", () => {
    expect(languageOf("风速 11 米每秒", "zh-CN")).toBeUndefined();
    expect(languageOf("The 风 is strong today, and it will stay so", "en")).toBeUndefined();
    expect(languageOf("👍 1 2 3", "en")).toBeUndefined();
  });
});
