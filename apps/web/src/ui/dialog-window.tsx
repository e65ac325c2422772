"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { clsx } from "clsx";
import { useTranslations } from "next-intl";
import type { DialogProps } from "./dialog";
import { IconButton } from "./icon-button";

/** What {@link Dialog} loads when the first one is shown. */
export default function DialogWindow({ title, description, onClose, children, footer, wide = false }: DialogProps) {
  const t = useTranslations("ui");
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-(--calm) starting:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 grid items-start justify-items-center overflow-hidden px-4 pt-[10vh] pb-4 max-md:items-end max-md:p-2">
          <Base.Popup
            className={clsx(
              "flex max-h-full w-full flex-col overflow-hidden rounded-dialog bg-raise shadow-up-3 outline-none [--on:var(--raise)]",
              "transition-[opacity,translate] duration-(--calm) ease-(--ease) starting:-translate-y-1.5 starting:opacity-0",
              wide ? "max-w-150" : "max-w-115",
            )}
          >
            <header className="flex items-start gap-2 ps-5 pe-3 pt-3.5 pb-2">
              <div className="min-w-0 flex-1 pt-1">
                <Base.Title className="font-serif text-title font-semibold tracking-[-.008em]">{title}</Base.Title>
                {description ? <Base.Description className="mt-0.5 text-small wrap-anywhere text-ink-2">{description}</Base.Description> : null}
              </div>
              <Base.Close render={<IconButton icon="close" label={t("close")} size="head" />} />
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-5 [scrollbar-width:thin]">{children}</div>
            {footer ? <footer className="flex justify-end gap-2 border-t border-line bg-sunk px-5 py-3">{footer}</footer> : null}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
