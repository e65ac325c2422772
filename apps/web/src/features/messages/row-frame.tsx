"use client";

import type { Instant } from "@tertulia/model/ids";
import type { User } from "@tertulia/model/users";
import { clsx } from "clsx";
import { useTranslations } from "next-intl";
import type { ComponentProps, CSSProperties, ReactNode } from "react";
import { AiBadge } from "@/ui/ai-badge";
import { Avatar } from "@/ui/avatar";
import { nameColour } from "@/ui/glaze";
import { useTimes } from "./use-times";

export interface RowFrameProps extends ComponentProps<"article"> {
  /** The row's key. */
  row: string;
  author: User;
  at: Instant;
  first: boolean;
  own: boolean;
  /** On a ground of its own: these words concern the reader. */
  plate: boolean;
  busy?: boolean;
  /** Of an assistant's words. */
  model?: string | undefined;
  /** Stands in the time's place. */
  instead?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}

/** Who, what, when: the three columns of everything that is said. */
export function RowFrame({ row, author, at, first, own, plate, busy = false, model, instead, tools, className, children, ...rest }: RowFrameProps) {
  const t = useTranslations("messages");
  const times = useTimes();
  const ai = author.kind === "assistant";
  const name = own ? t("you") : author.displayName;
  const style: CSSProperties & Record<"--n", string> = { "--n": ai ? "var(--tile)" : nameColour(author.id) };
  return (
    <article
      data-row={row}
      tabIndex={-1}
      aria-label={t("said", { name, time: times.clock(at) })}
      aria-busy={busy || undefined}
      className={clsx("talk-row said", first && "first", className)}
      style={style}
      {...rest}
    >
      <div className="said-who">
        {first ? (
          <>
            <span className="said-name">
              {ai ? <AiBadge className="said-badge" /> : null}
              <bdi className="said-own-name">{name}</bdi>
              {model ? <span className="said-model" translate="no">{model}</span> : null}
            </span>
            <Avatar user={author} writing={busy} className="said-face narrow:size-8 narrow:text-[12.5px]" />
          </>
        ) : null}
      </div>
      <div className={clsx("said-what", plate && "plate")}>{children}</div>
      <span className="said-when">
        {instead ?? (
          <time dateTime={at} data-tooltip={times.full(at)}>
            {times.clock(at)}
          </time>
        )}
      </span>
      {tools}
    </article>
  );
}
