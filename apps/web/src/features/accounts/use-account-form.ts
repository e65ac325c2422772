"use client";

import { useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { RefusedError, secondsToWait, type Refused } from "@/features/connection/refusal";
import { useCountdown } from "./use-countdown";
import { whereToNext } from "./where-to-next";

export interface AccountForm {
  busy: boolean;
  /** Seconds until the server listens again. */
  wait: number;
  refused: Refused | null;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

/** What both forms share: one deed at a time, its refusal, the countdown it asks for, and where to go when it worked. */
export function useAccountForm(send: () => Promise<void>, isComplete: () => boolean): AccountForm {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [wait, startWait] = useCountdown();

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (busy || wait > 0) return;
    setRefused(null);
    if (!flushSync(isComplete)) return focusFirstError(form);
    setBusy(true);
    try {
      await send();
      // A whole page load: the app starts with nothing left over from before.
      window.location.assign(whereToNext(window.location.search, window.location.origin));
    } catch (thrown) {
      if (!(thrown instanceof RefusedError)) throw thrown;
      flushSync(() => {
        setBusy(false);
        setRefused(thrown.refused);
        startWait(secondsToWait(thrown.refused));
      });
      focusFirstError(form);
    }
  };

  return { busy, wait, refused, onSubmit: (event) => void onSubmit(event) };
}

/** Once the fields are marked: a next frame may come before React has drawn them. */
function focusFirstError(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
}
