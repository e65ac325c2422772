"use client";

import type { SystemInfo } from "@tertulia/model/system";
import { useTranslations } from "next-intl";
import { useEffect, useState, type ReactNode } from "react";
import { ask } from "@/features/connection/ask";
import { RefusedError } from "@/features/connection/refusal";
import { Button } from "@/ui/button";
import { Skeleton } from "@/ui/skeleton";
import { CreateAccountForm } from "./create-account-form";
import { SignInForm } from "./sign-in-form";

type Features = SystemInfo["features"];

/** Which of the three forms stands here: the first account, a new account, or signing in. The server knows, the page can't. */
export function Welcome() {
  const [features, setFeatures] = useState<Features | "unknown" | "unreachable">("unknown");
  const [wantsAccount, setWantsAccount] = useState(false);

  useEffect(() => void featuresOfServer().then(setFeatures), []);
  const lookAgain = () => {
    setFeatures("unknown");
    void featuresOfServer().then(setFeatures);
  };

  if (features === "unknown") return <Waiting />;
  if (features === "unreachable") return <Unreachable onRetry={lookAgain} />;
  if (features.firstRun) return <FirstRun asksSetupCode={features.setupCode} />;
  if (wantsAccount && features.registration) return <Register onSignIn={() => setWantsAccount(false)} />;
  return <SignIn onRegister={features.registration ? () => setWantsAccount(true) : null} />;
}

async function featuresOfServer(): Promise<Features | "unreachable"> {
  try {
    const { features } = await ask<SystemInfo>("system.info");
    return features;
  } catch (thrown) {
    if (thrown instanceof RefusedError) return "unreachable";
    throw thrown;
  }
}

function FirstRun({ asksSetupCode }: { asksSetupCode: boolean }) {
  const t = useTranslations("accounts.firstRun");
  return (
    <Panel title={t("title")} lead={t("lead")} below={t("next")}>
      <CreateAccountForm submit={t("submit")} asksSetupCode={asksSetupCode} />
    </Panel>
  );
}

function Register({ onSignIn }: { onSignIn: () => void }) {
  const t = useTranslations("accounts.register");
  return (
    <Panel title={t("title")} lead={t.rich("lead", { server })} below={t.rich("haveOne", { link: (words) => <TextLink onClick={onSignIn}>{words}</TextLink> })}>
      <CreateAccountForm submit={t("submit")} asksSetupCode={false} />
    </Panel>
  );
}

function SignIn({ onRegister }: { onRegister: (() => void) | null }) {
  const t = useTranslations("accounts.signIn");
  const below = onRegister ? t.rich("newHere", { link: (words) => <TextLink onClick={onRegister}>{words}</TextLink> }) : t("newHereClosed");
  return (
    <Panel title={t("title")} lead={t.rich("lead", { server })} below={below}>
      <SignInForm />
    </Panel>
  );
}

// Known only in the browser: the page itself is the same on every server.
const server = () => <b className="font-semibold">{window.location.host}</b>;

function Panel({ title, lead, below, children }: { title: string; lead: ReactNode; below: ReactNode; children: ReactNode }) {
  return (
    <>
      <h1 className="font-serif text-display tracking-[-.02em] text-balance max-lg:text-[1.75rem] max-lg:leading-[1.2]">{title}</h1>
      <p className="-mt-1 mb-1.5 text-pretty text-ink-2">{lead}</p>
      {children}
      <p className="text-small text-ink-2">{below}</p>
    </>
  );
}

function TextLink({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" onClick={onClick} className="font-[550] text-green underline decoration-1 underline-offset-3">
      {children}
    </button>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton className="h-11 w-3/4" />
      <Skeleton className="h-5 w-full" />
      <Skeleton className="mt-4 h-11 w-full" />
      <Skeleton className="mt-4 h-11 w-full" />
      <Skeleton className="mt-4 h-11 w-full" />
    </>
  );
}

function Unreachable({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations("accounts");
  return (
    <div role="alert" className="grid justify-items-start gap-4">
      <h1 className="font-serif text-head">{t("unreachable")}</h1>
      <Button icon="again" onClick={onRetry}>
        {t("tryAgain")}
      </Button>
    </div>
  );
}
