import { useTranslations } from "next-intl";
import { LanguageSelect } from "@/i18n/language-select";
import { Wordmark } from "@/ui/wordmark";
import { TablePicture } from "./table-picture";
import { Welcome } from "./welcome";

/** The table from above beside the form; on a phone, over it. */
export function SignInPage() {
  const t = useTranslations("accounts");
  return (
    <div className="grid h-dvh grid-cols-[minmax(0,1.14fr)_minmax(26rem,1fr)] overflow-y-auto bg-table max-lg:grid-cols-1 max-lg:grid-rows-[11.5rem_1fr]">
      <div className="sticky top-0 h-dvh overflow-hidden bg-ground max-lg:relative max-lg:h-46">
        <TablePicture />
      </div>
      <main className="grid grid-rows-[auto_1fr_auto] px-[clamp(20px,6vw,88px)] pt-5.5 pb-5 max-lg:px-5 max-lg:pt-3.5 max-lg:pb-4">
        <div className="flex items-center justify-between">
          <Wordmark />
          <LanguageSelect />
        </div>
        <div className="grid w-full max-w-96 content-start gap-4 self-center py-5 max-lg:max-w-120 max-lg:gap-3.5 max-lg:self-start max-lg:justify-self-center max-lg:pt-3.5">
          <Welcome />
        </div>
        <p className="text-meta text-ink-3">{t("kept")}</p>
      </main>
    </div>
  );
}
