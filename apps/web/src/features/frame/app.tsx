"use client";

import { TertuliaProvider } from "@/features/connection/tertulia";
import { ToastLayer } from "@/ui/toast-layer";
import { TooltipLayer } from "@/ui/tooltip-layer";
import { DialogsProvider } from "./dialogs";
import { Frame } from "./frame";
import { FrameSkeleton } from "./frame-skeleton";

/** Everything behind the sign-in. The page itself holds the skeleton and nobody's data. */
export function App() {
  return (
    <>
      <TertuliaProvider waiting={<FrameSkeleton />}>
        <DialogsProvider>
          <Frame />
        </DialogsProvider>
      </TertuliaProvider>
      <ToastLayer />
      <TooltipLayer />
    </>
  );
}
