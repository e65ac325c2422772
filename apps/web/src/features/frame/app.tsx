"use client";

import { lazy, Suspense } from "react";
import { TertuliaProvider } from "@/features/connection/tertulia";
import { DialogsProvider } from "./dialogs";
import { Frame } from "./frame";
import { FrameSkeleton } from "./frame-skeleton";

// Nothing is said in passing, and nothing pointed at, before there is something to look at.
const ToastLayer = lazy(() => import("@/ui/toast-layer"));
const TooltipLayer = lazy(() => import("@/ui/tooltip-layer"));

/** Everything behind the sign-in. The page itself holds the skeleton and nobody's data. */
export function App() {
  return (
    <>
      <TertuliaProvider waiting={<FrameSkeleton />}>
        <DialogsProvider>
          <Frame />
        </DialogsProvider>
        <Suspense fallback={null}>
          <ToastLayer />
          <TooltipLayer />
        </Suspense>
      </TertuliaProvider>
    </>
  );
}
