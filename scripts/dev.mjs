import "./require-node-20.mjs";
import { readdirSync } from "node:fs";
import { command, root } from "./command.mjs";
import { currentNode } from "./current-node.mjs";
import { installPackages } from "./install-packages.mjs";
import { handOver } from "./processes.mjs";
import { serverFlags } from "./server-flags.mjs";

await command(async () => {
  await installPackages();
  const sources = ["apps/server/src", ...readdirSync(`${root}packages`).map((name) => `packages/${name}/src`)];
  // Watched by folder: by what is loaded, every page that Next compiles into this process would restart it.
  const watch = sources.map((folder) => `--watch-path=${folder}`);
  return handOver(currentNode(), [...serverFlags(), ...watch, "--watch-preserve-output", "apps/server/src/dev.ts"]);
});
