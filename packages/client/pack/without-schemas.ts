/** A declaration file of model with its schemas left out, and what they infer to in their place. */
export function withoutSchemas(declarations: string, types: ReadonlyMap<string, string>): string {
  return statementsOf(declarations)
    .map((statement) => statement.replace(/export type (\w+) = z\.infer<typeof \1>;/, (whole, name: string) => inferred(name, types) ?? whole))
    .filter((statement) => !/\bz\.|from "zod"/.test(statement))
    .join("");
}

function inferred(name: string, types: ReadonlyMap<string, string>): string | null {
  const type = types.get(name);
  return type === undefined ? null : `export type ${name} = ${type};`;
}

/** Top-level statements, each with the comment above it. */
const statementsOf = (text: string): string[] => text.split(/^(?=\/\*\*|(?<!\*\/\n)(?:export|import|declare)\b)/m);
