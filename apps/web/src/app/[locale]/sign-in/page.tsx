import type { Metadata } from "next";
import { setRequestLocale } from "next-intl/server";
import { SignInPage } from "@/features/accounts/sign-in-page";
import { messagesIn } from "@/i18n/messages";
import { Strings } from "@/i18n/strings";
import type { PageParams } from "../page-params";

export async function generateMetadata({ params }: PageParams): Promise<Metadata> {
  const { locale } = await params;
  return { title: messagesIn[locale].accounts.pageTitle };
}

export default async function Page({ params }: PageParams) {
  const { locale } = await params;
  setRequestLocale(locale);
  return (
    <Strings of={["accounts", "connection", "ui"]}>
      <SignInPage />
    </Strings>
  );
}
