const LETTER = /\p{L}/u;
const KANA = /[\u3040-\u30ff]/u;
const HAN = /\p{Script=Han}/u;
const HANGUL = /\p{Script=Hangul}/u;

/** A Chinese word in an English sentence doesn't make it Chinese. */
const ENOUGH = 0.3;

/** The language of words whose script isn't the page's, so that they get its type and its voice; undefined where it can't be told. */
export function languageOf(words: string, page: string): string | undefined {
  const letters = Array.from(words.slice(0, 400)).filter((character) => LETTER.test(character));
  const share = (script: RegExp) => letters.filter((letter) => script.test(letter)).length / letters.length;
  const language = share(HANGUL) > ENOUGH ? "ko" : share(KANA) > ENOUGH ? "ja" : share(HAN) > ENOUGH ? "zh-CN" : undefined;
  return language === page ? undefined : language;
}
