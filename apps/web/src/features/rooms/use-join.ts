"use client";

import type { Id } from "@tertulia/model/ids";
import { useState, type FormEvent } from "react";
import { useTertulia } from "@/features/connection/tertulia";
import { useDeed, type Deed } from "@/features/connection/use-deed";

export interface Join {
  deed: Deed;
  /** The room wants a password, or another one than it was given. */
  asksPassword: boolean;
  wrongPassword: boolean;
  password: string;
  setPassword(password: string): void;
  join(event?: FormEvent): void;
}

/** Joining a room: tried at once, and again with a password where the room asks for one. */
export function useJoin(roomId: Id, onJoined: () => void): Join {
  const { trpc } = useTertulia();
  const deed = useDeed();
  const [asksPassword, setAsksPassword] = useState(false);
  const [tried, setTried] = useState("");
  const [password, setPassword] = useState("");

  const join = (event?: FormEvent) => {
    event?.preventDefault();
    setTried(password);
    deed.run(async () => {
      await trpc.rooms.join.mutate({ roomId, ...(password ? { password } : {}) });
      onJoined();
    });
  };
  const refusedFor = deed.refused?.code === "WRONG_PASSWORD";
  if (refusedFor && !asksPassword) setAsksPassword(true);
  return { deed, asksPassword, wrongPassword: refusedFor && tried !== "", password, setPassword, join };
}
