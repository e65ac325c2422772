export interface Device {
  browser: string;
  system: string;
  phone: boolean;
}

// The order matters: Edge calls itself Chrome too, and Chrome calls itself Safari.
const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["FxiOS/", "Firefox"], ["CriOS/", "Chrome"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]] as const;
const SYSTEMS = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Mac OS X", "macOS"], ["Windows", "Windows"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]] as const;

/** What a browser says of itself, as people call it; null for what isn't a browser. */
export function deviceOf(userAgent: string | null): Device | null {
  const browser = BROWSERS.find(([token]) => userAgent?.includes(token))?.[1];
  const system = SYSTEMS.find(([token]) => userAgent?.includes(token))?.[1];
  return browser && system ? { browser, system, phone: system === "iPhone" || system === "Android" } : null;
}

/** The first word of what a program says of itself, "curl/8.9.1" say; null if it says nothing. */
export const programOf = (userAgent: string | null): string | null => userAgent?.trim().split(/\s/, 1)[0]?.slice(0, 40) || null;
