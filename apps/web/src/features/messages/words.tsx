"use client";

import { useLocale, useTranslations } from "next-intl";
import { memo } from "react";
import { languageOf } from "./language-of";
import { Markdown } from "./markdown/markdown";

const CARET = <span className="caret" aria-hidden="true" />;

export interface WordsProps {
  content: string;
  /** A person typed it: line breaks stand as they were typed. */
  asTyped: boolean;
  /** More is coming. */
  writing?: boolean;
  edited?: boolean;
}

/** What was said. Its direction follows its own letters, whatever the page's. */
export const Words = memo(function Words({ content, asTyped, writing = false, edited = false }: WordsProps) {
  return (
    <div className="words" dir="auto" lang={languageOf(content, useLocale())}>
      <Markdown source={content} breaks={asTyped} open={writing} tail={writing ? CARET : edited ? EDITED : null} />
    </div>
  );
});

function Edited() {
  const t = useTranslations("messages");
  return <span className="ms-1.5 text-meta whitespace-nowrap text-ink-3">{t("edited")}</span>;
}

const EDITED = <Edited />;
