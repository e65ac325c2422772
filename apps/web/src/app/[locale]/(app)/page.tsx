import { setRequestLocale } from "next-intl/server";
import { App } from "@/features/frame/app";
import { Strings } from "@/i18n/strings";
import type { PageParams } from "../page-params";

export default async function Page({ params }: PageParams) {
  const { locale } = await params;
  setRequestLocale(locale);
  return (
    <Strings>
      <App />
    </Strings>
  );
}
