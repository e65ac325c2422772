"use client";

import { useTranslations } from "next-intl";
import { RefusalLine } from "@/features/connection/refusal-line";
import { Button } from "@/ui/button";
import { PasswordInput } from "@/ui/password-input";
import type { Join } from "./use-join";

/** The password a room asks for, once it has asked, and why joining was refused. */
export function JoinPassword({ join }: { join: Join }) {
  const t = useTranslations("rooms.find");
  if (!join.asksPassword) return <RefusalLine refused={join.deed.refused} />;
  return (
    <form className="grid gap-1.5 text-start" onSubmit={join.join}>
      <div className="flex gap-2">
        <PasswordInput
          className="flex-1"
          aria-label={t("password")}
          placeholder={t("password")}
          aria-invalid={join.wrongPassword || undefined}
          autoFocus
          autoComplete="off"
          value={join.password}
          onChange={(event) => join.setPassword(event.target.value)}
        />
        <Button type="submit" look="main" className="h-9.5 max-md:h-11" busy={join.deed.busy} disabled={join.password === ""}>
          {t("join")}
        </Button>
      </div>
      {join.wrongPassword ? (
        <p role="alert" className="text-meta text-red">
          {t("wrongPassword")}
        </p>
      ) : null}
      {join.deed.refused?.code === "WRONG_PASSWORD" ? null : <RefusalLine refused={join.deed.refused} />}
    </form>
  );
}
