"use client";

import * as limits from "@tertulia/model/limits";
import type { CreateToken } from "@tertulia/model/sessions";
import { hasVisibleText } from "@tertulia/model/visible-text";
import { useTranslations } from "next-intl";
import { useRef, useState, type FormEvent } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useDeed } from "@/features/connection/use-deed";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Segmented } from "@/ui/segmented";
import { TextInput } from "@/ui/text-input";

const DAY_MS = 24 * 60 * 60 * 1000;
const lifetimes = ["30", "90", "365"] as const;
type Days = (typeof lifetimes)[number];

/** What a new token is for, and how long it is good. */
export function TokenForm({ onMake, onCancel }: { onMake: (input: CreateToken) => Promise<void>; onCancel: () => void }) {
  const t = useTranslations("settings.tokens");
  const deed = useDeed();
  const [name, setName] = useState("");
  const [days, setDays] = useState<Days>("365");
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const nameMissing = !hasVisibleText(name);

  const make = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameMissing) return field.current?.focus();
    deed.run(() => onMake({ name: name.trim(), expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }));
  };

  return (
    <form className="mb-3 grid grid-cols-[minmax(0,1fr)] gap-3.5 rounded-thing bg-sunk p-3.5" onSubmit={make} noValidate>
      <Field label={t("name")} hint={t("nameHint")} error={tried && nameMissing ? t("nameMissing") : undefined}>
        {(control) => (
          <TextInput
            {...control}
            ref={field}
            autoFocus
            required
            dir="auto"
            autoComplete="off"
            maxLength={limits.tokenNameChars}
            placeholder={t("namePlaceholder")}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span aria-hidden="true" className="me-auto text-small font-[550]">
          {t("goodFor")}
        </span>
        <Segmented label={t("goodFor")} value={days} onChange={setDays} options={lifetimes.map((value) => ({ value, label: t(`days.${value}`) }))} />
      </div>
      <RefusalLine refused={deed.refused} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {t("cancel")}
        </Button>
        <Button type="submit" look="main" busy={deed.busy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}
