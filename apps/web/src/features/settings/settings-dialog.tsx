"use client";

import { useLocale, useTranslations } from "next-intl";
import { signOut } from "@/features/accounts/session";
import { Queries } from "@/features/connection/queries";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { RefusalLine } from "@/features/connection/refusal-line";
import { localeNames, locales } from "@/i18n/locales";
import { switchLanguage } from "@/i18n/switch-language";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Segmented } from "@/ui/segmented";
import { themes, useTheme } from "@/ui/theme";
import { NameForm } from "./name-form";
import { SessionList } from "./session-list";
import { SettingRow } from "./setting-row";
import { TokenPart } from "./token-part";

export default function SettingsDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("settings");
  const locale = useLocale();
  const tertulia = useTertulia();
  const account = useStore(tertulia.account);
  const [theme, chooseTheme] = useTheme();
  const deed = useDeed();
  if (!account) return null;

  return (
    <Dialog title={t("title")} description={t("signedInAs", { email: account.email })} onClose={onClose} wide>
      <Queries>
        <NameForm account={account} />
        <SettingRow label={t("theme.label")}>
          <Segmented label={t("theme.label")} value={theme} onChange={chooseTheme} options={themes.map((value) => ({ value, label: t(`theme.${value}`) }))} />
        </SettingRow>
        <SettingRow label={t("language")}>
          <Segmented
            label={t("language")}
            value={locale}
            options={locales.map((value) => ({ value, label: localeNames[value], lang: value }))}
            onChange={(next) =>
              deed.run(async () => {
                await tertulia.trpc.account.update.mutate({ locale: next });
                switchLanguage(next);
              })
            }
          />
        </SettingRow>
        <SessionList />
        <TokenPart />
        <div className="mt-4">
          <SettingRow label={t("signOut")} hint={t("signOutHint")}>
            <Button
              look="danger"
              size="small"
              busy={deed.busy}
              onClick={() => deed.run(() => signOut(tertulia.forget))}
            >
              {t("signOut")}
            </Button>
          </SettingRow>
        </div>
        <RefusalLine refused={deed.refused} />
      </Queries>
    </Dialog>
  );
}
