import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ours from "../package.json" with { type: "json" };
import { emit } from "./emit.ts";
import { takeAlong } from "./take-along.ts";
import { withoutSchemas } from "./without-schemas.ts";

const here = fileURLToPath(new URL("..", import.meta.url));
const root = join(here, "../..");
const dist = join(here, "dist");
const work = join(dist, ".work");

const manifest = {
  name: ours.name,
  version: ours.version,
  description: ours.description,
  license: ours.license,
  type: "module",
  sideEffects: false,
  engines: { node: ">=22" },
  exports: { ".": { types: "./client/create-tertulia.d.ts", default: "./client/create-tertulia.js" } },
  // What is ours has been taken along.
  dependencies: Object.fromEntries(Object.entries(ours.dependencies).filter(([name]) => !name.startsWith("@tertulia/"))),
};

/**
 * Makes `dist` the package that people outside this repository install: plain JavaScript, and declarations that need nothing else of
 * ours. What the entry reaches is taken along from model and from the router's types; what the router runs on stays at home.
 */
await rm(dist, { recursive: true, force: true });
const emitted = await emit(work, root);
const entry = "packages/client/src/create-tertulia";
await takeAlong({ entry, extension: ".js", read: emitted.read, to: dist });
await takeAlong({
  entry,
  extension: ".d.ts",
  async read(path) {
    // The server's own affair, and the way to all of it.
    if (path === "packages/trpc/src/context.d.ts") return "export type Context = object;\n";
    const text = await emitted.read(path);
    return path.startsWith("packages/model/") ? withoutSchemas(text, emitted.typesOf(path)) : text;
  },
  to: dist,
});
await rm(work, { recursive: true });
await writeFile(join(dist, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await cp(join(here, "README.md"), join(dist, "README.md"));
await cp(join(root, "LICENSE"), join(dist, "LICENSE"));
