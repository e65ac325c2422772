"use client";

import type { CreatedToken } from "@tertulia/model/sessions";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { copyText } from "@/features/messages/copy-text";
import { Button } from "@/ui/button";

/** A token just made, in sight this once. It stands in no field, since browsers keep what stands in those. */
export function NewToken({ made, onDone }: { made: CreatedToken; onDone: () => void }) {
  const t = useTranslations("settings.tokens");
  const id = useId();
  const token = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<{ times: number; told: string }>({ times: 0, told: "" });

  const copy = async () => {
    const isCopied = await copyText(made.token);
    if (!isCopied && token.current) getSelection()?.selectAllChildren(token.current);
    setCopied(({ times }) => ({ times: times + 1, told: isCopied ? t("copied") : t("notCopied") }));
  };

  return (
    <div role="group" aria-labelledby={`${id}-title`} className="mb-3 grid grid-cols-[minmax(0,1fr)] gap-2.5 rounded-thing bg-green-soft p-3.5 inset-ring inset-ring-green-mid text-small">
      <div>
        <p id={`${id}-title`} className="font-[550] wrap-anywhere">
          {t.rich("made", { name: made.session.name ?? "", who: (name) => <bdi>{name}</bdi> })}
        </p>
        <p id={`${id}-once`}>{t("once")}</p>
      </div>
      <code ref={token} dir="ltr" translate="no" className="rounded-small bg-sunk px-3 py-2 font-mono text-code break-all select-all">
        {made.token}
      </code>
      <div className="flex flex-wrap items-center gap-2">
        <Button look="main" icon="copy" autoFocus aria-describedby={`${id}-once`} onClick={() => void copy()}>
          {t("copy")}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t("done")}
        </Button>
        <p role="status" className="min-w-0 ps-1 text-ink-2">
          {/* A new element each time: the same words said twice are read twice. */}
          <span key={copied.times}>{copied.told}</span>
        </p>
      </div>
    </div>
  );
}
