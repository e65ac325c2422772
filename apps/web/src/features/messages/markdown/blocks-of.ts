import { Lexer, type MarkedToken, type Token, type TokensList } from "marked";

export interface Reading {
  /** A line break stands where the writer made one, as in what people type. */
  breaks: boolean;
  /** More words are coming: what may still turn into something else at the end is held back. */
  open: boolean;
}

/** The blocks of a Markdown text: lists, code, paragraphs …, in order, with no empty ones. */
export function blocksOf(source: string, { breaks, open }: Reading): MarkedToken[] {
  const text = open ? withoutOpenEnd(source) : source;
  return lexed(text, breaks).filter(isKnown).filter(isSeen);
}

/** Narrows to the tokens that have a meaning here; the lexer is given no extensions, so there are no others. */
export const isKnown = (token: Token): token is MarkedToken => token.type in known;

const known: Record<MarkedToken["type"], true> = {
  blockquote: true, br: true, checkbox: true, code: true, codespan: true, def: true, del: true, em: true, escape: true, heading: true, hr: true,
  html: true, image: true, link: true, list: true, list_item: true, paragraph: true, space: true, strong: true, table: true, text: true,
};

const isSeen = (token: MarkedToken): boolean => token.type !== "space" && token.type !== "def";

function lexed(text: string, breaks: boolean): TokensList | Token[] {
  try {
    return new Lexer({ gfm: true, breaks }).lex(text);
  } catch {
    // Thousands of nested quotes or lists overflow the lexer's stack. Nobody means that: such a text is shown as it is.
    return [{ type: "code", raw: text, text }];
  }
}

// A last line of marks alone is a rule, a heading's underline, a list or a fence only once its line goes on.
const OPEN_END = /(?:^|\n)[ \t]{0,8}[-=*_#>`~|+\d.)]{1,8}[ \t]*$/;

function withoutOpenEnd(source: string): string {
  const tail = source.slice(-24);
  const match = OPEN_END.exec(tail);
  return match ? source.slice(0, source.length - tail.length + match.index) : source;
}
