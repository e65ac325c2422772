"use client";

import { useSyncExternalStore } from "react";
import { THEME_KEY } from "./theme-script";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const CHANGED = "tertulia:theme";

/** The theme the reader chose on this device, and how to choose another. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(onThemeChange, chosenTheme, () => "system"), chooseTheme];
}

function chosenTheme(): Theme {
  const forced = document.documentElement.dataset["theme"];
  return forced === "light" || forced === "dark" ? forced : "system";
}

function chooseTheme(theme: Theme): void {
  show(theme);
  if (theme === "system") localStorage.removeItem(THEME_KEY);
  else localStorage.setItem(THEME_KEY, theme);
}

function show(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  window.dispatchEvent(new Event(CHANGED));
}

function onThemeChange(listener: () => void): () => void {
  // Another tab chose: this one follows.
  const onStorage = (event: StorageEvent) => {
    if (event.key === THEME_KEY) show(event.newValue === "light" || event.newValue === "dark" ? event.newValue : "system");
  };
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", onStorage);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", onStorage);
  };
}
