import { CompiledQuery } from "kysely";

/** A statement that a connection to Postgres prepares once, under this name, and only binds from then on. */
export interface PreparedQuery extends CompiledQuery {
  readonly preparedAs: string;
}

/**
 * A statement of the hot path, written once: neither built nor parsed anew for every use. `run = prepared("name", "select …")`, then
 * `db.executeQuery(run(parameters))`. Its plan may come to be made for any parameters, so its cost must not hang on them.
 */
export function prepared(name: string, sql: string): (parameters: readonly unknown[]) => PreparedQuery {
  const compiled = CompiledQuery.raw(sql);
  return (parameters) => ({ ...compiled, parameters, preparedAs: name });
}

/** The name a statement is prepared under; undefined of one that is parsed each time. */
export const preparedNameOf = (query: CompiledQuery): string | undefined =>
  "preparedAs" in query && typeof query.preparedAs === "string" ? query.preparedAs : undefined;
