"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { PasswordInput } from "@/ui/password-input";
import { TextInput } from "@/ui/text-input";
import { FormRefusal } from "./form-refusal";
import { signIn } from "./session";
import { useAccountForm } from "./use-account-form";

export function SignInForm() {
  const t = useTranslations("accounts");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const form = useAccountForm(
    () => signIn({ login: login.trim(), password }),
    () => {
      setTried(true);
      return login.trim() !== "" && password !== "";
    },
  );
  const notMatching = form.refused?.code === "WRONG_PASSWORD" || form.refused?.code === "UNAUTHENTICATED";

  return (
    <form className="grid gap-4 max-lg:gap-3.5" noValidate onSubmit={form.onSubmit}>
      <Field label={t("fields.login")} error={tried && login.trim() === "" ? t("errors.loginMissing") : undefined}>
        {(control) => (
          <TextInput {...control} size="large" name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus value={login} onChange={(event) => setLogin(event.target.value)} />
        )}
      </Field>
      <Field label={t("fields.password")} error={tried && password === "" ? t("errors.passwordMissing") : notMatching ? t("errors.notMatching") : undefined}>
        {(control) => <PasswordInput {...control} size="large" name="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />}
      </Field>
      {notMatching ? null : <FormRefusal form={form} />}
      <Button type="submit" look="main" size="large" className="mt-1 w-full" busy={form.busy} disabled={form.wait > 0}>
        {t("signIn.submit")}
      </Button>
    </form>
  );
}
