import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";

export interface Emitted {
  /** A file that tsc has written, by its path in the repository. */
  read(path: string): Promise<string>;
  /** What the schemas of a declaration file infer to, written out: by name. */
  typesOf(path: string): ReadonlyMap<string, string>;
}

/** Has tsc write the JavaScript and the declarations of the client and of all it imports, and write out what model's schemas infer to. */
export async function emit(work: string, root: string): Promise<Emitted> {
  const modules = await schemasOf(join(root, "packages/model/src"));
  const out = join(work, "out");
  await mkdir(work, { recursive: true });
  await writeFile(join(work, "spelled.ts"), spellOut(modules));
  await writeFile(join(work, "tsconfig.json"), JSON.stringify(settings(root, work, out, modules)));
  await promisify(execFile)(join(root, "node_modules/.bin/tsc"), ["--project", work], { maxBuffer: 2 ** 26 });

  const spelled = await readFile(join(out, relative(root, work), "spelled.d.ts"), "utf8");
  const types = new Map(modules.map(({ path }) => [path.replace(/\.ts$/, ".d.ts"), new Map<string, string>()]));
  for (const { groups } of spelled.matchAll(/^export declare const m(?<at>\d+)_(?<name>\w+): \(\) => (?<type>[^]*?);\n(?=export|$)/gm)) {
    const path = modules[Number(groups?.["at"])]?.path.replace(/\.ts$/, ".d.ts") ?? "";
    types.get(path)?.set(groups?.["name"] ?? "", groups?.["type"] ?? "");
  }
  return { read: (path) => readFile(join(out, path), "utf8"), typesOf: (path) => types.get(path) ?? new Map<string, string>() };
}

interface ModelModule {
  path: string;
  /** The specifier it's imported by. */
  name: string;
  schemas: string[];
}

async function schemasOf(folder: string): Promise<ModelModule[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts"));
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), "utf8");
      const schemas = [...text.matchAll(/^export type (\w+) = z\.infer<typeof \1>;$/gm)].map(([, name]) => name ?? "");
      return { path: `packages/model/src/${file}`, name: `@tertulia/model/${file.replace(/\.ts$/, "")}`, schemas };
    }),
  );
}

/** A function's inferred answer is written out in its declaration, where the name of a type would be kept. */
function spellOut(modules: readonly ModelModule[]): string {
  return modules
    .flatMap(({ name, schemas }, at) => [
      ...schemas.map((schema) => `import { ${schema} as schema${at}_${schema} } from "${name}";`),
      ...schemas.map((schema) => `export const m${at}_${schema} = () => schema${at}_${schema}.parse(0);`),
    ])
    .join("\n");
}

/** tsc writes what it's asked for by path, and what that imports by path: not what it finds by a package's name. */
function settings(root: string, work: string, out: string, modules: readonly ModelModule[]): object {
  const asked = ["packages/client/src/create-tertulia.ts", "packages/trpc/src/app-router.ts", ...modules.map(({ path }) => path)];
  return {
    extends: join(root, "packages/client/tsconfig.json"),
    compilerOptions: { noEmit: false, declaration: true, rewriteRelativeImportExtensions: true, noUnusedLocals: false, rootDir: root, outDir: out },
    include: [],
    files: [...asked.map((path) => join(root, path)), join(work, "spelled.ts")],
  };
}
