"use client";

import type { User } from "@tertulia/model/users";
import { useEffect, useState } from "react";
import { refusalOf } from "@/features/connection/refusal";
import { useTertulia } from "@/features/connection/tertulia";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { Avatar } from "@/ui/avatar";
import { showToast } from "@/ui/toasts";
import { useAskAssistant } from "./use-ask-assistant";

/** The server's assistants as lines of the room list, for someone who hasn't talked with any: one click begins. */
export default function AssistantsToAsk() {
  const { trpc } = useTertulia();
  const ask = useAskAssistant();
  const textOf = useRefusalText();
  const [assistants, setAssistants] = useState<readonly User[]>([]);

  useEffect(() => {
    let shown = true;
    // Only an invitation: without an answer there is none, and nothing to tell.
    trpc.assistants.list.query().then(
      (list) => shown && setAssistants(list.map(({ user }) => user)),
      () => {},
    );
    return () => {
      shown = false;
    };
  }, [trpc]);

  return assistants.map((assistant) => (
    <button
      key={assistant.id}
      type="button"
      onClick={() => void ask(assistant).catch((thrown: unknown) => showToast(textOf(refusalOf(thrown))))}
      className="mt-px grid min-h-[2.0625rem] w-full grid-cols-[1.25rem_minmax(0,1fr)] items-center gap-x-2.5 rounded-thing ps-3 pe-2.5 text-start text-small text-ink-2 -outline-offset-2 hover:bg-hover focus-visible:rounded-thing max-md:min-h-11 max-md:text-body"
    >
      <Avatar user={assistant} size={20} />
      <span className="truncate">{assistant.displayName}</span>
    </button>
  ));
}
