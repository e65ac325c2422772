"use client";

import * as limits from "@tertulia/model/limits";
import type { CreatedToken, CreateToken } from "@tertulia/model/sessions";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { Button } from "@/ui/button";
import { Skeleton } from "@/ui/skeleton";
import { NewToken } from "./new-token";
import { isToken, type Token } from "./token";
import { TokenForm } from "./token-form";
import { TokenRow } from "./token-row";
import { useSessions } from "./use-sessions";

/** The API tokens I made, each to be revoked from here, and the making of a new one. */
export function TokenPart() {
  const t = useTranslations("settings.tokens");
  const { trpc } = useTertulia();
  const { list, isLoading, refresh } = useSessions();
  const deed = useDeed();
  const [isMaking, setMaking] = useState(false);
  // The only place where a token stands: it goes with this part of the screen.
  const [made, setMade] = useState<CreatedToken | null>(null);
  const [told, setTold] = useState("");
  const newButton = useRef<HTMLButtonElement>(null);
  const tokens = list?.filter(isToken) ?? [];

  const backToList = () => {
    setMaking(false);
    setMade(null);
    newButton.current?.focus();
  };
  const make = async (input: CreateToken) => {
    try {
      setMade(await trpc.sessions.createToken.mutate(input));
      setMaking(false);
    } finally {
      // Where no answer came it may be made all the same.
      void refresh();
    }
  };
  const revoke = ({ id, name }: Token) =>
    deed.run(async () => {
      try {
        await trpc.sessions.revoke.mutate({ id });
      } finally {
        await refresh();
      }
      if (id === made?.session.id) setMade(null);
      setTold(t("revoked", { name }));
      newButton.current?.focus();
    });

  return (
    <section className="pt-4">
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        <h3 className="me-auto text-small font-[550]">{t("title")}</h3>
        <Button
          ref={newButton}
          size="small"
          icon="plus"
          aria-expanded={isMaking}
          onClick={() => {
            setMade(null);
            setMaking(!isMaking);
          }}
        >
          {t("new")}
        </Button>
      </div>
      <p className="pb-2.5 text-meta leading-[1.0625rem] text-ink-3">
        {t.rich("words", {
          docs: (words) => (
            <a href="/api/v1/docs" target="_blank" rel="noreferrer" className="inline-block">
              {words}
            </a>
          ),
        })}
      </p>
      {made ? <NewToken made={made} onDone={backToList} /> : null}
      {isMaking ? <NextToken left={limits.tokensPerUser - tokens.length} onMake={make} onCancel={backToList} /> : null}
      {isLoading ? <Skeleton className="h-12 w-full" /> : null}
      {list && tokens.length === 0 && !isMaking ? <p className="border-t border-line py-[11px] text-small text-ink-2">{t("none")}</p> : null}
      <ul>
        {tokens.map((token) => (
          <li key={token.id}>
            <TokenRow token={token} busy={deed.busy} onRevoke={() => revoke(token)} />
          </li>
        ))}
      </ul>
      <RefusalLine refused={deed.refused} />
      <p role="status" className="sr-only">
        {told}
      </p>
    </section>
  );
}

function NextToken({ left, onMake, onCancel }: { left: number; onMake: (input: CreateToken) => Promise<void>; onCancel: () => void }) {
  const t = useTranslations("settings.tokens");
  if (left > 0) return <TokenForm onMake={onMake} onCancel={onCancel} />;
  return (
    <p role="status" className="mb-3 rounded-thing bg-lamp-soft px-3 py-2.25 text-small">
      {t("tooMany", { limit: limits.tokensPerUser })}
    </p>
  );
}
