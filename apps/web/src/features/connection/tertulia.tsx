"use client";

import { createTertulia, type Store, type Tertulia } from "@tertulia/client";
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";

const TertuliaContext = createContext<Tertulia | null>(null);

/** Opens the one connection of this page and closes it at its end; until it is there, `waiting` stands in for the app. */
export function TertuliaProvider({ waiting, children }: { waiting: ReactNode; children: ReactNode }) {
  const [tertulia, setTertulia] = useState<Tertulia | null>(null);

  useEffect(() => {
    const opened = createTertulia({ url: window.location.origin });
    // oxlint-disable-next-line react/set-state-in-effect -- it is opened for as long as this is mounted, which no render and no event could do.
    setTertulia(opened);
    return () => void opened.close();
  }, []);

  if (!tertulia) return waiting;
  return <TertuliaContext value={tertulia}>{children}</TertuliaContext>;
}

/** The connection: every procedure of the server, and what is followed, as stores. */
export function useTertulia(): Tertulia {
  const tertulia = useContext(TertuliaContext);
  if (!tertulia) throw new Error("useTertulia is called outside of TertuliaProvider.");
  return tertulia;
}

/** What a store holds now; with `pick`, only that part of it, which must keep its identity until it changes. */
export function useStore<T>(store: Store<T>): T;
export function useStore<T, Part>(store: Store<T>, pick: (state: T) => Part): Part;
export function useStore<T, Part>(store: Store<T>, pick?: (state: T) => Part): T | Part {
  const read = () => (pick ? pick(store.get()) : store.get());
  return useSyncExternalStore(store.subscribe, read, read);
}
