import "./require-node-20.mjs";
import { buildWebApp } from "./build-web-app.mjs";
import { command } from "./command.mjs";
import { currentNode } from "./current-node.mjs";
import { installPackages } from "./install-packages.mjs";
import { handOver } from "./processes.mjs";
import { serverFlags } from "./server-flags.mjs";

await command(async () => {
  await installPackages();
  const node = currentNode();
  await buildWebApp(node);
  const env = { ...process.env, NODE_ENV: "production" };
  return handOver(node, [...serverFlags(), "apps/server/src/main.ts"], { env });
});
