import { Emoji } from "@tertulia/model/reactions";
import { describe, expect, test } from "vitest";

describe("[B55] an emoji", () => {
  test.each(["👍", "👍🏽", "👨‍👩‍👧", "🏳️‍🌈", "🇫🇷", "1️⃣", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍🚀", "#️⃣"])("may be %s", (emoji) => {
    expect(Emoji.parse(emoji)).toBe(emoji);
  });

  test("without its emoji style gets it", () => {
    expect(["❤", "☺", "✔"].map((text) => Emoji.parse(text))).toEqual(["❤️", "☺️", "✔️"]);
  });

  test.each(["", " ", "a", "1", "#", ":)", "👍👍", "👍 ", "👍a", "🇽🇽", "🇫", "\u200d", "汉", "\ud83d", "👍\0", "👨‍👩‍👧‍👍"])("is none of %j", (text) => {
    expect(Emoji.safeParse(text).success).toBe(false);
  });

  test("a megabyte long isn't even looked at", () => {
    expect(Emoji.safeParse("👍".repeat(250_000)).success).toBe(false);
  });

  test("is refused as none of those there are", () => {
    expect(Emoji.safeParse("tea").error?.issues[0]).toMatchObject({ params: { reason: "INVALID_ENUM_VALUE" } });
  });
});
