import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";

/**
 * Every file below the given paths (files or folders, from the root folder), in a fixed order.
 * @param {readonly string[]} paths
 * @param {(path: string) => boolean} isLeftOut also asked for folders, which are then not entered
 * @returns {string[]}
 */
export function filesBelow(paths, isLeftOut) {
  return paths.flatMap((path) => {
    if (isLeftOut(path)) return [];
    if (!statSync(join(root, path)).isDirectory()) return [path];
    const children = readdirSync(join(root, path)).sort();
    return filesBelow(children.map((name) => `${path}/${name}`), isLeftOut);
  });
}

/**
 * Changes whenever one of the files was written, moved or removed: cheap, but also when nothing in them changed.
 * @param {readonly string[]} files
 */
export function fingerprintOfStats(files) {
  return hashOf(files, (file) => {
    const { size, mtimeMs } = statSync(join(root, file));
    return `${size} ${mtimeMs}`;
  });
}

/**
 * Changes only when what the files say changed.
 * @param {readonly string[]} files
 */
export function fingerprintOfContents(files) {
  return hashOf(files, (file) => createHash("sha256").update(readFileSync(join(root, file))).digest("hex"));
}

/**
 * @param {readonly string[]} files
 * @param {(file: string) => string} describe
 */
function hashOf(files, describe) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0${describe(file)}\n`);
  return hash.digest("hex");
}
