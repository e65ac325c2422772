"use client";

import { useId, useState, type KeyboardEvent } from "react";
import { Button } from "@/ui/button";

export interface AskFirstProps {
  /** What it does, in a verb. */
  label: string;
  /** To what, for those who listen. */
  about?: string;
  /** What comes of it. */
  question: string;
  /** Says no. */
  keep: string;
  look?: "danger" | "quiet";
  busy: boolean;
  onSure: () => void;
}

/** A button for what can't be taken back: pressed, it asks in its own place, in a line of its own where it stands in one that wraps. */
export function AskFirst({ label, about, question, keep, look = "danger", busy, onSure }: AskFirstProps) {
  const [step, setStep] = useState<"idle" | "asking" | "kept">("idle");
  const questionId = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    // The dialog around it stays open.
    event.stopPropagation();
    setStep("kept");
  };

  if (step !== "asking") {
    return (
      <Button size="small" look={look} disabled={busy} autoFocus={step === "kept"} aria-label={about && `${label}: ${about}`} onClick={() => setStep("asking")}>
        {label}
      </Button>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Esc says no to whichever of the two has the focus.
    <div role="group" aria-labelledby={questionId} onKeyDown={onKeyDown} className="flex basis-full flex-wrap items-center justify-end gap-x-3 gap-y-2 rounded-thing bg-red-soft py-2 ps-3 pe-2 text-small">
      <p id={questionId} className="min-w-[min(10rem,100%)] flex-1">
        {question}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        {/* The focus goes to what changes nothing: pressing twice is not being sure. */}
        <Button size="small" look="quiet" autoFocus onClick={() => setStep("kept")}>
          {keep}
        </Button>
        <Button size="small" look="danger" busy={busy} onClick={onSure}>
          {label}
        </Button>
      </div>
    </div>
  );
}
