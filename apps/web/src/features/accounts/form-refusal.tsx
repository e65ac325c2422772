"use client";

import { useTranslations } from "next-intl";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { Icon } from "@/ui/icon";
import type { AccountForm } from "./use-account-form";

/** Why the form as a whole was refused; a wait counts down. */
export function FormRefusal({ form }: { form: AccountForm }) {
  const t = useTranslations("accounts.errors");
  const textOf = useRefusalText();
  if (!form.refused) return null;
  const waiting = form.refused.code === "RATE_LIMITED";
  if (waiting && form.wait === 0) return null;
  const words = form.refused.details["reason"] === "CLOSED" ? t("registrationClosed") : textOf(form.refused);
  return (
    <div className="flex items-start gap-2.5 rounded-thing bg-red-soft px-3 py-2.25 text-small">
      <Icon name={waiting ? "clock" : "warning"} className="text-red" />
      {/* Said once to those who listen; only those who look see it count. */}
      <p role="alert" className={waiting ? "sr-only" : ""}>
        {words}
      </p>
      {waiting ? (
        <p aria-hidden="true" className="tabular-nums">
          {textOf(form.refused, form.wait)}
        </p>
      ) : null}
    </div>
  );
}
