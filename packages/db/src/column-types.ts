type Parse = (text: string) => unknown;

const toNumber: Parse = (text) => Number(text);
const toInstant: Parse = (text) => new Date(text);
const toJson: Parse = (text) => JSON.parse(text);
const toBytes: Parse = (text) => Uint8Array.from(Buffer.from(text.slice(2), "hex"));
const asWritten: Parse = (text) => text;

/**
 * How a column's text becomes a value, by the type's oid, the same on both drivers. Any other type stays text.
 * int8 is a number here: seqs and counts stay far below 2^53.
 */
export const columnTypes: Record<number, Parse> = {
  16: (text) => text === "t",
  17: toBytes,
  20: toNumber,
  21: toNumber,
  23: toNumber,
  26: toNumber,
  114: toJson,
  700: toNumber,
  701: toNumber,
  1082: asWritten,
  1114: asWritten,
  1184: toInstant,
  1700: toNumber,
  3802: toJson,
};

/** Array types that hold something else than text, by their own oid and that of their elements. */
export const arrayTypes: Record<number, number> = {
  1000: 16,
  1001: 17,
  1005: 21,
  1007: 23,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1115: 1114,
  1182: 1082,
  1185: 1184,
  1231: 1700,
  199: 114,
  3807: 3802,
  // Arrays of text, varchar, char and uuid.
  1009: 25,
  1015: 1043,
  1014: 1042,
  2951: 2950,
};

const ARRAY_TOKEN = /[{}]|"(?:[^"\\]|\\.)*"|[^{},"]+/gs;

/** A Postgres array's text, such as `{1,NULL,{"a,b"}}`, as lists of parsed elements. */
export function parseArray(text: string, parse: Parse): unknown[] {
  const open: unknown[][] = [[]];
  for (const [token] of text.matchAll(ARRAY_TOKEN)) {
    if (token === "{") open.push([]);
    else if (token === "}") open.at(-2)?.push(open.pop());
    else if (token === "NULL") open.at(-1)?.push(null);
    else open.at(-1)?.push(parse(token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/gs, "$1") : token));
  }
  const whole = open[0]?.[0];
  return Array.isArray(whole) ? whole : [];
}
