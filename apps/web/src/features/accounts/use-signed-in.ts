"use client";

import { useEffect } from "react";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { makeRoomForOnePerson, onOtherPerson } from "./kept-here";

/** Keeps this browser one person's: someone without a session goes to the sign-in page, and someone else finds nothing left over. */
export function useSignedIn(): void {
  const tertulia = useTertulia();
  const account = useStore(tertulia.account);
  const signedOut = useStore(tertulia.connection, ({ status }) => status === "signedOut");

  // Whoever was reading keeps the screen, and a banner says it; whoever only just came has nothing to keep.
  const cameWithout = signedOut && account === null;
  useEffect(() => {
    if (cameWithout) window.location.replace(`/sign-in?next=${encodeURIComponent(window.location.pathname)}`);
  }, [cameWithout]);

  // A tab that shows someone who signed out in another shows nothing any more.
  useEffect(() => onOtherPerson(() => window.location.assign("/")), []);

  const id = account?.id;
  useEffect(() => {
    if (id) makeRoomForOnePerson(id);
  }, [id]);
}
