"use client";

import { useRefusalText } from "@/features/connection/use-refusal-text";
import { useTranslations } from "next-intl";
import { Icon } from "@/ui/icon";
import type { AccountForm } from "./use-account-form";

/** Why the form as a whole was refused; a wait counts down. */
export function FormRefusal({ form }: { form: AccountForm }) {
  const t = useTranslations();
  const textOf = useRefusalText();
  if (!form.refused) return null;
  const waiting = form.refused.code === "RATE_LIMITED";
  if (waiting && form.wait === 0) return null;
  const closed = form.refused.details["reason"] === "CLOSED";
  return (
    <p role="alert" className="flex items-start gap-2.5 rounded-thing bg-red-soft px-3 py-2.25 text-small">
      <Icon name={waiting ? "clock" : "warning"} className="text-red" />
      <span className="tabular-nums">{waiting ? t("connection.refusals.RATE_LIMITED", { seconds: form.wait }) : closed ? t("accounts.errors.registrationClosed") : textOf(form.refused)}</span>
    </p>
  );
}
