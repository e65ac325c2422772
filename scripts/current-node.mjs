import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { PlainFailure, root } from "./command.mjs";

/** The Node that runs Tertulia's TypeScript as it is: the one we run on if it can (22.18 or newer), else the one that came with the packages. */
export function currentNode() {
  const ours = process.execPath;
  const installed = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  if (process.features.typescript) return ours;
  if (spawnSync(installed, ["--print", "process.features.typescript"]).stdout?.toString().startsWith("strip")) return installed;
  throw new PlainFailure(
    `Tertulia runs on Node 22.18 or newer; this is ${process.versions.node}, and none could be installed beside it: install Node 24 from https://nodejs.org.`,
  );
}
