import type { MarkedToken, Token, Tokens } from "marked";
import { useTranslations } from "next-intl";
import { Fragment, memo, useMemo, type ReactNode } from "react";
import { blocksOf, isKnown } from "./blocks-of";
import { CodeBlock } from "./code-block";
import { decodeEntities } from "./entities";
import { MentionedText } from "./mentioned-text";
import { addressAndRest, safeHref } from "./safe-href";
import "./markdown.css";

export interface MarkdownProps {
  source: string;
  /** A line break stands where the writer made one. */
  breaks: boolean;
  /** More words are coming. */
  open?: boolean;
  /** Stands behind the last word. */
  tail?: ReactNode;
}

/** Deeper than this, lists and quotes are shown as they were typed. */
const DEEPEST = 12;

/**
 * Markdown as elements, never as HTML: what is raw HTML in it is text. A block that hasn't changed keeps its elements, so a text
 * that grows at its end is drawn at its end alone.
 */
export function Markdown({ source, breaks, open = false, tail = null }: MarkdownProps) {
  const blocks = useMemo(() => blocksOf(source, { breaks, open }), [source, breaks, open]);
  const last = blocks.at(-1);
  return (
    <>
      {blocks.map((block, place) => (
        <Block key={place} block={block} tail={block === last ? tail : null} />
      ))}
      {last ? null : <p>{tail}</p>}
    </>
  );
}

const Block = memo(
  function Block({ block, tail }: { block: MarkedToken; tail: ReactNode }) {
    return drawBlock(block, 0, tail);
  },
  (before, after) => before.block.type === after.block.type && before.block.raw === after.block.raw && before.tail === after.tail && sameLinks(before.block, after.block),
);

/** A definition further down gives a block its links without changing how it is written. */
const sameLinks = (before: MarkedToken, after: MarkedToken): boolean => !before.raw.includes("[") || sizeOf(before) === sizeOf(after);
const sizeOf = (token: MarkedToken): number => ("tokens" in token ? (token.tokens?.length ?? 0) : 0);

const drawBlocks = (tokens: readonly Token[], depth: number, tail: ReactNode = null): ReactNode =>
  tokens.filter(isKnown).map((token, place) => <Fragment key={place}>{drawBlock(token, depth, place === tokens.length - 1 ? tail : null)}</Fragment>);

function drawBlock(token: MarkedToken, depth: number, tail: ReactNode): ReactNode {
  if (depth > DEEPEST) return <p>{token.raw}</p>;
  switch (token.type) {
    case "paragraph":
      return <p>{drawInline(token.tokens)}{tail}</p>;
    case "heading":
      return <>{heading(token)}{tail}</>;
    case "code":
      return <><CodeBlock code={token.text} language={token.lang ?? ""} />{tail}</>;
    case "blockquote":
      return <blockquote>{drawBlocks(token.tokens, depth + 1, tail)}</blockquote>;
    case "list":
      return list(token, depth, tail);
    case "table":
      return <><Table token={token} />{tail}</>;
    case "hr":
      return <><hr />{tail}</>;
    case "html":
      return <p>{token.raw.trim()}{tail}</p>;
    case "text":
      return <>{token.tokens ? drawInline(token.tokens) : drawText(token.text)}{tail}</>;
    case "checkbox":
      return <CheckMark checked={token.checked} />;
    case "space":
    case "def":
      return null;
    default:
      return <p>{drawInline([token])}{tail}</p>;
  }
}

/** A heading inside a message is a strong line: the page's own headings are the room's. */
function heading(token: Tokens.Heading): ReactNode {
  return <p role="heading" aria-level={Math.min(6, token.depth + 2)} className={token.depth <= 2 ? "words-heading" : "words-heading words-heading-small"}>{drawInline(token.tokens)}</p>;
}

function list(token: Tokens.List, depth: number, tail: ReactNode): ReactNode {
  const items = token.items.map((item, place) => (
    <li key={place} className={item.task ? "words-task" : undefined}>
      {drawBlocks(item.tokens, depth + 1, place === token.items.length - 1 ? tail : null)}
    </li>
  ));
  if (!token.ordered) return <ul>{items}</ul>;
  return <ol start={typeof token.start === "number" ? token.start : 1}>{items}</ol>;
}

function drawInline(tokens: readonly Token[], depth = 0): ReactNode {
  return tokens.filter(isKnown).map((token, place) => <Fragment key={place}>{drawWord(token, depth)}</Fragment>);
}

function drawWord(token: MarkedToken, depth: number): ReactNode {
  if (depth > DEEPEST) return token.raw;
  switch (token.type) {
    case "strong":
      return <strong>{drawInline(token.tokens, depth + 1)}</strong>;
    case "em":
      return <em>{drawInline(token.tokens, depth + 1)}</em>;
    case "del":
      return <del>{drawInline(token.tokens, depth + 1)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "escape":
      return token.text;
    case "link":
      return isBare(token) ? bareLink(token) : <SafeLink href={token.href}>{drawInline(token.tokens, depth + 1)}</SafeLink>;
    case "image":
      return <SafeLink href={token.href}>{token.text || token.href}</SafeLink>;
    case "text":
      return token.tokens ? drawInline(token.tokens, depth + 1) : drawText(token.text);
    default:
      return token.raw;
  }
}

const drawText = (text: string): ReactNode => <MentionedText text={decodeEntities(text)} />;

const isBare = (token: Tokens.Link): boolean => token.raw === token.text;

function bareLink(token: Tokens.Link): ReactNode {
  const [address, rest] = addressAndRest(token.text);
  const href = token.href.slice(0, token.href.length - rest.length);
  return <><SafeLink href={href}>{address}</SafeLink>{rest}</>;
}

function SafeLink({ href, children }: { href: string; children: ReactNode }) {
  const safe = safeHref(href);
  if (!safe) return children;
  return <a href={safe} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}

function CheckMark({ checked }: { checked: boolean }) {
  const t = useTranslations("messages");
  return <span role="img" aria-label={checked ? t("done") : t("notDone")} className="words-check" data-checked={checked} />;
}

function Table({ token }: { token: Tokens.Table }) {
  const t = useTranslations("messages");
  const cell = ({ align, tokens }: Tokens.TableCell) => ({ style: align ? { textAlign: align } : undefined, children: drawInline(tokens) });
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wide tables are scrolled with the arrow keys.
    <div className="words-table" tabIndex={0} role="group" aria-label={t("table")}>
      <table>
        <thead>
          <tr>{token.header.map((drawn, place) => <th key={place} scope="col" {...cell(drawn)} />)}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, place) => (
            <tr key={place}>{row.map((drawn, column) => <td key={column} {...cell(drawn)} />)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
