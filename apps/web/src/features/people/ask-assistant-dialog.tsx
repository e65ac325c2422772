"use client";

import { useQuery } from "@tanstack/react-query";
import type { Assistant } from "@tertulia/model/assistants";
import { useTranslations } from "next-intl";
import { Queries } from "@/features/connection/queries";
import { refusalOf } from "@/features/connection/refusal";
import { RefusalLine } from "@/features/connection/refusal-line";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed } from "@/features/connection/use-deed";
import { AiBadge } from "@/ui/ai-badge";
import { Avatar } from "@/ui/avatar";
import { Dialog } from "@/ui/dialog";
import { Skeleton } from "@/ui/skeleton";
import { useAskAssistant } from "./use-ask-assistant";

/** Begins a conversation with an assistant that nobody else reads. */
export default function AskAssistantDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("people.assistant");
  return (
    <Dialog title={t("title")} description={t("words")} onClose={onClose}>
      <Queries>
        <Assistants onClose={onClose} />
      </Queries>
    </Dialog>
  );
}

function Assistants({ onClose }: { onClose: () => void }) {
  const t = useTranslations("people.assistant");
  const { trpc } = useTertulia();
  const askAssistant = useAskAssistant();
  const deed = useDeed();
  const assistants = useQuery({ queryKey: ["assistants.list"], queryFn: () => trpc.assistants.list.query() });

  const ask = ({ user }: Assistant) =>
    deed.run(async () => {
      await askAssistant(user);
      onClose();
    });

  if (assistants.isPending) return <Skeleton className="h-14 w-full" />;
  return (
    <div className="-mx-2.5 grid gap-1">
      {assistants.data?.map((assistant) => (
        <button
          key={assistant.user.id}
          type="button"
          disabled={deed.busy}
          onClick={() => ask(assistant)}
          className="grid grid-cols-[2rem_minmax(0,1fr)] items-center gap-x-3 rounded-thing px-2.5 py-2 text-start text-small transition-colors hover:bg-picked disabled:opacity-60"
        >
          <Avatar user={assistant.user} size={32} />
          <span className="min-w-0">
            <b className="font-semibold">
              {assistant.user.displayName} <AiBadge className="ms-1" />
            </b>
            <small className="block truncate text-meta text-ink-3">{[assistant.description, assistant.model].filter(Boolean).join(" · ")}</small>
          </span>
        </button>
      ))}
      {assistants.data?.length === 0 ? <p className="px-2.5 text-small text-ink-3">{t("none")}</p> : null}
      <RefusalLine refused={deed.refused ?? (assistants.error ? refusalOf(assistants.error) : null)} />
    </div>
  );
}
