"use client";

import * as limits from "@tertulia/model/limits";
import type { Account } from "@tertulia/model/users";
import { useTranslations } from "next-intl";
import { useState, type FormEvent } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/text-input";
import { showToast } from "@/ui/toasts";

/** The name others see. */
export function NameForm({ account }: { account: Account }) {
  const t = useTranslations("settings");
  const { trpc } = useTertulia();
  const deed = useDeed();
  const [kept, setKept] = useState(account.displayName);
  const [name, setName] = useState(account.displayName);
  const changed = name.trim() !== "" && name.trim() !== kept;

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!changed) return;
    deed.run(async () => {
      const { displayName } = await trpc.account.update.mutate({ displayName: name.trim() });
      setKept(displayName);
      showToast(t("saved", { name: displayName }));
    });
  };

  return (
    <form className="grid grid-cols-[minmax(0,1fr)] gap-2 pt-1 pb-4" onSubmit={save}>
      <Field label={t("name")} hint={t("nameHint")}>
        {(control) => (
          <div className="flex gap-2">
            <TextInput {...control} className="min-w-0 flex-1" dir="auto" autoComplete="name" maxLength={limits.displayNameChars} value={name} onChange={(event) => setName(event.target.value)} />
            <Button type="submit" className="h-9.5 max-md:h-11" disabled={!changed} busy={deed.busy}>
              {t("save")}
            </Button>
          </div>
        )}
      </Field>
      <RefusalLine refused={deed.refused} />
    </form>
  );
}
