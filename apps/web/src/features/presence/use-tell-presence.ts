"use client";

import type { Id } from "@tertulia/model/ids";
import type { PresenceStatus } from "@tertulia/model/presence";
import { useEffect, useState } from "react";
import { useStore, useTertulia } from "@/features/connection/tertulia";

const AWAY_AFTER_MS = 5 * 60_000;
const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "wheel", "focus"] as const;

/** Tells the others whether I'm here, and in which room; answers how they see me. */
export function useTellPresence(roomId: Id | null): PresenceStatus {
  const tertulia = useTertulia();
  const connected = useStore(tertulia.connection, ({ status }) => status === "online");
  const [active, setActive] = useState(true);

  useEffect(() => watchActivity(setActive), []);
  useEffect(() => {
    tertulia.setPresence({ status: active ? "online" : "away", ...(roomId ? { currentRoomId: roomId } : {}) });
  }, [tertulia, active, roomId]);

  if (!connected) return "offline";
  return active ? "online" : "away";
}

/** Calls back with false after five minutes without a sign of life, and with true at the next one. */
function watchActivity(onChange: (active: boolean) => void): () => void {
  let lastSign = Date.now();
  const ending = new AbortController();
  const sign = () => {
    lastSign = Date.now();
    onChange(true);
  };
  for (const event of SIGNS_OF_LIFE) window.addEventListener(event, sign, { signal: ending.signal, passive: true });
  const looking = setInterval(() => onChange(Date.now() - lastSign < AWAY_AFTER_MS), 30_000);
  return () => {
    ending.abort();
    clearInterval(looking);
  };
}
