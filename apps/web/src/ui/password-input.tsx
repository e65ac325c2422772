"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "./icon-button";
import { TextInput, type TextInputProps } from "./text-input";

/** A password that can be looked at. */
export function PasswordInput(props: Omit<TextInputProps, "type" | "end">) {
  const t = useTranslations("ui");
  const [visible, setVisible] = useState(false);
  return (
    <TextInput
      {...props}
      type={visible ? "text" : "password"}
      spellCheck={false}
      autoCapitalize="none"
      end={<IconButton icon="eye" label={visible ? t("hidePassword") : t("showPassword")} aria-pressed={visible} onClick={() => setVisible(!visible)} />}
    />
  );
}
