"use client";

import { lazy, Suspense, type ReactNode } from "react";
import { useFocusBack } from "./use-focus-back";

export interface DialogProps {
  title: string;
  onClose: () => void;
  /** Stands under the title. */
  description?: string | undefined;
  children: ReactNode;
  /** What can be done, at the end. */
  footer?: ReactNode;
  wide?: boolean;
}

const DialogWindow = lazy(() => import("./dialog-window"));

/**
 * Open for as long as it is mounted: whoever shows it decides. Focus goes in and comes back, Esc and the scrim close it.
 * What makes it work is loaded with the first one that is shown.
 */
export function Dialog(props: DialogProps) {
  useFocusBack();
  return (
    <Suspense fallback={null}>
      <DialogWindow {...props} />
    </Suspense>
  );
}
