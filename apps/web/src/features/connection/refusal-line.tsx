"use client";

import { Icon } from "@/ui/icon";
import type { Refused } from "./refusal";
import { useRefusalText } from "./use-refusal-text";

/** Why something wasn't done, beside the button that asked for it, with what the server calls the request. */
export function RefusalLine({ refused }: { refused: Refused | null }) {
  const textOf = useRefusalText();
  if (!refused) return null;
  return (
    <p role="alert" className="flex items-start gap-2.5 rounded-thing bg-red-soft px-3 py-2.25 text-small">
      <Icon name="warning" className="text-red" />
      <span>
        {textOf(refused)}
        {refused.requestId && refused.code === "INTERNAL" ? <small className="block text-meta text-ink-2 select-all">{refused.requestId}</small> : null}
      </span>
    </p>
  );
}
