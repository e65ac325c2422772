"use client";

import * as limits from "@tertulia/model/limits";
import { useTranslations } from "next-intl";
import { Field } from "@/ui/field";
import { TextArea } from "@/ui/text-area";
import { TextInput } from "@/ui/text-input";

export interface RoomWords {
  title: string;
  description: string;
}

/** What a room is called and about. */
export function RoomFields({ words, onChange, nameMissing }: { words: RoomWords; onChange: (words: RoomWords) => void; nameMissing: boolean }) {
  const t = useTranslations("rooms.create");
  return (
    <>
      <Field label={t("name")} error={nameMissing ? t("nameMissing") : undefined}>
        {(control) => (
          <TextInput {...control} autoFocus dir="auto" maxLength={limits.roomTitleChars} placeholder={t("namePlaceholder")} value={words.title} onChange={(event) => onChange({ ...words, title: event.target.value })} />
        )}
      </Field>
      <Field label={t("topic")} hint={t("topicHint")}>
        {(control) => <TextArea {...control} dir="auto" maxLength={limits.roomDescriptionChars} value={words.description} onChange={(event) => onChange({ ...words, description: event.target.value })} />}
      </Field>
    </>
  );
}
