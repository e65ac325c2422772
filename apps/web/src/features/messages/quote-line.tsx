"use client";

import type { Quote } from "@tertulia/model/messages";
import { useTranslations } from "next-intl";
import type { CSSProperties } from "react";
import { nameColour } from "@/ui/glaze";
import { useConversation } from "./conversation-context";

/** What a message answers, in one line of that person's colour. */
export function QuoteLine({ quote }: { quote: Quote }) {
  const t = useTranslations("messages");
  const { me } = useConversation();
  const style: CSSProperties & Record<"--n", string> = { "--n": quote.author.kind === "assistant" ? "var(--tile)" : nameColour(quote.author.id) };
  return (
    <div className="quote" style={style}>
      <b>{quote.author.id === me.id ? t("you") : quote.author.displayName}</b>
      <span dir="auto">{quote.excerpt || t("deleted")}</span>
    </div>
  );
}
