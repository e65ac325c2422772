"use client";

import * as limits from "@tertulia/model/limits";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { PasswordInput } from "@/ui/password-input";
import { TextInput } from "@/ui/text-input";
import { FormRefusal } from "./form-refusal";
import { makeAccount } from "./make-account";
import { useAccountForm } from "./use-account-form";
import { problemsOf, type FieldName } from "./problems";

/** Three fields (four on a server that asks for its setup code): everything else follows from them or can wait. */
export function CreateAccountForm({ submit, asksSetupCode }: { submit: string; asksSetupCode: boolean }) {
  const t = useTranslations("accounts");
  const locale = useLocale();
  const [values, setValues] = useState<Record<FieldName, string>>({ displayName: "", email: "", password: "", setupCode: "" });
  const [tried, setTried] = useState(false);
  const form = useAccountForm(
    () => makeAccount({ displayName: values.displayName.trim(), email: values.email.trim(), password: values.password, locale, setupCode: asksSetupCode ? values.setupCode.trim() : undefined }),
    () => {
      setTried(true);
      return Object.keys(problemsOf(values, asksSetupCode, null)).length === 0;
    },
  );
  const problems = problemsOf(values, asksSetupCode, form.refused);
  const errorOf = (field: FieldName) => {
    const problem = problems[field];
    return problem && tried ? t(`errors.${problem}`, { min: limits.passwordMinChars }) : undefined;
  };
  const set = (field: FieldName) => (event: { target: { value: string } }) => setValues({ ...values, [field]: event.target.value });
  const toldInPlace = Object.keys(problems).length > 0;

  return (
    <form className="grid gap-4 max-lg:gap-3.5" noValidate onSubmit={form.onSubmit}>
      <Field label={t("fields.name")} hint={t("fields.nameHint")} error={errorOf("displayName")}>
        {(control) => <TextInput {...control} size="large" name="name" autoComplete="name" maxLength={limits.displayNameChars} autoFocus value={values.displayName} onChange={set("displayName")} />}
      </Field>
      <Field label={t("fields.email")} error={errorOf("email")}>
        {(control) => <TextInput {...control} size="large" type="email" name="email" autoComplete="email" maxLength={limits.emailChars} value={values.email} onChange={set("email")} />}
      </Field>
      <Field label={t("fields.password")} hint={t("fields.passwordHint", { min: limits.passwordMinChars })} error={errorOf("password")}>
        {(control) => <PasswordInput {...control} size="large" name="password" autoComplete="new-password" maxLength={limits.passwordMaxChars} value={values.password} onChange={set("password")} />}
      </Field>
      {asksSetupCode ? (
        <Field label={t("fields.setupCode")} hint={t("fields.setupCodeHint")} error={errorOf("setupCode")}>
          {(control) => <TextInput {...control} size="large" name="setup-code" autoComplete="off" autoCapitalize="none" spellCheck={false} value={values.setupCode} onChange={set("setupCode")} />}
        </Field>
      ) : null}
      {toldInPlace ? null : <FormRefusal form={form} />}
      <Button type="submit" look="main" size="large" className="mt-1 w-full" busy={form.busy} disabled={form.wait > 0}>
        {submit}
      </Button>
    </form>
  );
}
