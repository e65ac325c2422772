/**
 * What is bound to a statement's $1, $2…, the same on both drivers, which disagree about dates, objects and nested arrays:
 * an array is a Postgres array (JSON lists go in as text, by JSON.stringify), any other object is JSON.
 */
export function toParameter(value: unknown): string | number | boolean | bigint | Uint8Array | null {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "bigint":
      return value;
    case "undefined":
      return null;
    case "object":
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Date) return value.toISOString();
      return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value);
    default:
      throw new TypeError(`A ${typeof value} can't be sent to the database.`);
  }
}

function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map(arrayElement).join(",")}}`;
}

function arrayElement(value: unknown): string {
  if (Array.isArray(value)) return arrayLiteral(value);
  const parameter = toParameter(value);
  if (parameter === null) return "NULL";
  const text = parameter instanceof Uint8Array ? `\\x${Buffer.from(parameter).toString("hex")}` : String(parameter);
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
