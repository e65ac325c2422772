import type { ReactNode } from "react";

/** Past this many characters, colours cost more than they help. */
const LONGEST = 20_000;

const WORDS = new Set(
  ("abstract and as async await begin bool boolean break case catch class const continue debugger def default defer del delete do double elif else end enum except export extends " +
    "false final finally float fn for foreach from func function go goto if impl implements import in instanceof int interface is lambda let long loop match mod module mut namespace new " +
    "nil none not null of or package pass private protected pub public raise record ref return self static string struct super switch then this throw trait true try type typeof undefined " +
    "union unless unsafe until use using val var virtual void when where while with yield select insert update where group order join left right inner on values into set create table alter drop").split(" "),
);

const HASH = new Set(["bash", "dockerfile", "elixir", "make", "makefile", "perl", "py", "python", "r", "rb", "ruby", "sh", "shell", "toml", "yaml", "yml", "zsh"]);
const DASHES = new Set(["elm", "haskell", "hs", "lua", "sql"]);

// One step at a time and each from where the last one ended: no text makes it go back.
const STRING = String.raw`(?<string>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\`(?:[^\`\\]|\\[^])*\`?)`;
const REST = String.raw`(?<number>\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?<word>[A-Za-z_$][\w$]*)`;
const stepWith = (comment: string): RegExp => new RegExp(`${STRING}|(?<comment>${comment})|${REST}`, "y");
const steps = {
  hash: stepWith(String.raw`#[^\n]*`),
  dashes: stepWith(String.raw`--[^\n]*`),
  slashes: stepWith(String.raw`\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|<!--(?:[^-]|-(?!->))*(?:-->)?`),
};

const PLAIN = new Set(["", "text", "txt", "plain", "plaintext", "md", "markdown", "log", "console", "output", "csv", "diff"]);

/** Strings, comments, numbers and the words that most languages share, in colour. It knows no grammar, and weighs nothing. */
export function colourCode(code: string, language: string): ReactNode {
  if (PLAIN.has(language.toLowerCase()) || code.length > LONGEST) return code;
  const step = steps[HASH.has(language.toLowerCase()) ? "hash" : DASHES.has(language.toLowerCase()) ? "dashes" : "slashes"];
  const parts: ReactNode[] = [];
  let plain = "";
  let place = 0;
  while (place < code.length) {
    step.lastIndex = place;
    const match = step.exec(code);
    const text = match?.[0] ?? code.charAt(place);
    const kind = match ? kindOf(match) : null;
    if (kind === null) plain += text;
    else {
      parts.push(plain, <span key={place} data-code={kind}>{text}</span>);
      plain = "";
    }
    place += text.length;
  }
  parts.push(plain);
  return parts;
}

function kindOf(match: RegExpExecArray): "string" | "comment" | "number" | "word" | null {
  const { string, comment, number, word } = match.groups ?? {};
  if (string !== undefined) return "string";
  if (comment !== undefined) return "comment";
  if (number !== undefined) return "number";
  return word !== undefined && WORDS.has(word.toLowerCase()) ? "word" : null;
}
