import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";

export interface Journey {
  /** Path in the repository, without its extension. */
  entry: string;
  extension: ".js" | ".d.ts";
  read(path: string): Promise<string>;
  to: string;
}

const SPECIFIER = /(?<before>\bfrom\s*|\bimport\(\s*|^import\s*)"(?<specifier>[^"]+)"/gm;

/** Copies the entry and all of ours that it imports, each package into a folder of its own, with the imports made relative. */
export async function takeAlong({ entry, extension, read, to }: Journey): Promise<void> {
  const taken = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (taken.has(path)) continue;
    taken.add(path);
    const from = path;
    const text = (await read(path + extension)).replace(SPECIFIER, (whole, before: string, specifier: string) => {
      const reached = oursBehind(specifier, from);
      if (reached === null) return whole;
      waiting.push(reached);
      return `${before}"${relativeTo(placeOf(from), placeOf(reached))}"`;
    });
    const place = join(to, placeOf(path) + extension);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }
}

/** The file a specifier means, by its path in the repository without extension; null if it isn't ours. */
function oursBehind(specifier: string, from: string): string | null {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier.replace(/\.[jt]s$/, ""));
  const ours = /^@tertulia\/(?<name>[^/]+)\/(?<path>.+)$/.exec(specifier)?.groups;
  return ours ? `packages/${ours["name"]}/src/${ours["path"]}` : null;
}

const placeOf = (path: string): string => path.replace(/^packages\/([^/]+)\/src\//, "$1/");

function relativeTo(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return `${path.startsWith(".") ? path : `./${path}`}.js`;
}
