import { setRequestLocale } from "next-intl/server";
import { SignInPage } from "@/features/accounts/sign-in-page";
import { Strings } from "@/i18n/strings";
import type { PageParams } from "../page-params";

export default async function Page({ params }: PageParams) {
  const { locale } = await params;
  setRequestLocale(locale);
  return (
    <Strings of={["accounts", "connection", "ui"]}>
      <SignInPage />
    </Strings>
  );
}
