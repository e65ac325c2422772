import "./require-node-20.mjs";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { command, root } from "./command.mjs";
import { currentNode } from "./current-node.mjs";
import { installPackages } from "./install-packages.mjs";
import { runAgainOnChange } from "./run-again-on-change.mjs";
import { serverFlags } from "./server-flags.mjs";

await command(async () => {
  await installPackages();
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/src`);
  const sources = ["apps/server/src", ...packages].filter((folder) => existsSync(join(root, folder)));
  return runAgainOnChange(currentNode(), [...serverFlags(), "apps/server/src/dev.ts"], sources);
});
