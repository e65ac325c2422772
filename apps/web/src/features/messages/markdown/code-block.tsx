"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { showToast } from "@/ui/toasts";
import { Button } from "@/ui/button";
import { copyText } from "../copy-text";
import { colourCode } from "./colour-code";

/** Code as it was written: its language on the left, Copy on the right, and scrolling inside itself. */
export const CodeBlock = memo(function CodeBlock({ code, language }: { code: string; language: string }) {
  const t = useTranslations("messages");
  const copy = async () => showToast((await copyText(code)) ? t("copied") : t("notCopied"));
  // What follows the language in a fence's first line is for other tools.
  const name = language.trim().split(/\s/, 1)[0] ?? "";
  return (
    <div className="code" dir="ltr">
      <header>
        <span translate="no">{name || t("code")}</span>
        <Button look="quiet" size="small" icon="copy" onClick={() => void copy()}>
          {t("copy")}
        </Button>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines are scrolled with the arrow keys. */}
      <pre tabIndex={0} role="group" aria-label={name ? t("codeIn", { language: name }) : t("code")}>
        <code translate="no">{colourCode(code, name)}</code>
      </pre>
    </div>
  );
});
