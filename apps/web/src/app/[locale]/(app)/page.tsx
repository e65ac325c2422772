import { setRequestLocale } from "next-intl/server";
import { Strings } from "@/i18n/strings";
import type { PageParams } from "../page-params";

export default async function Page({ params }: PageParams) {
  const { locale } = await params;
  setRequestLocale(locale);
  return (
    <Strings>
      <p>…</p>
    </Strings>
  );
}
