import fc from "fast-check";

/** Stands for a list in a list in a list …, which only a text can hold: whoever walks it step in step runs out of stack. */
const AS_DEEP_AS_IT_GETS = "as deep as it gets";
const deep = (json: string): string => json.replaceAll(`"${AS_DEEP_AS_IT_GETS}"`, "[".repeat(20_000) + "]".repeat(20_000));

/** What nobody would put into a field: each has once broken some server. */
export const strangeValue: fc.Arbitrary<unknown> = fc.oneof(
  // What no database takes.
  fc.constantFrom("\0", "tea\0", "\ud800", "tea \udfff"),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], "", " ", "\u202e", "%%%", "' or 1=1 --", "../../etc/passwd", "00000000-0000-0000-0000-000000000000", { $ne: null }),
  fc.constantFrom<unknown>(0, -1, 1.5, 1e300, -1e300, 2 ** 53, 10 ** 9, "1e9", "NaN", "9".repeat(400)),
  fc.constantFrom<unknown>("汉".repeat(10_001), "x".repeat(5_000), Array.from({ length: 500 }, () => "x"), nested(50)),
  fc.constantFrom<unknown>(AS_DEEP_AS_IT_GETS, { in: AS_DEEP_AS_IT_GETS }),
  // Written as JSON these are fields of their own; whoever copies them carelessly changes every object there is.
  fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"polluted":true}}'), { constructor: { prototype: { polluted: true } } }, { toString: 1, hasOwnProperty: 1, toJSON: 1 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.uuid(),
  fc.jsonValue({ maxDepth: 3 }),
);

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

/** What each field of this name would hold in earnest; one of them strange as a rule, and now and then a field too few or too many. */
export function objectWith(fields: readonly string[], earnest: (field: string) => unknown): fc.Arbitrary<Record<string, unknown>> {
  const meant = Object.fromEntries(fields.map((field) => [field, earnest(field)]));
  const oneMore = fc.tuple(fc.string({ maxLength: 10 }), strangeValue).map(([field, value]) => ({ ...meant, [field]: value }));
  if (fields.length === 0) return fc.oneof(fc.constant(meant), oneMore);
  const oneStrange = fc.tuple(fc.constantFrom(...fields), strangeValue).map(([field, value]) => ({ ...meant, [field]: value }));
  const oneLess = fc.constantFrom(...fields).map((field) => Object.fromEntries(Object.entries(meant).filter(([each]) => each !== field)));
  const allStrange = fc.record(Object.fromEntries(fields.map((field) => [field, strangeValue])), { requiredKeys: [] });
  return fc.oneof({ weight: 2, arbitrary: fc.constant(meant) }, { weight: 8, arbitrary: oneStrange }, oneLess, oneMore, allStrange);
}

/** JSON as it should be, or with a few characters lost, doubled, or put in. */
export function jsonOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const text = value.map((each) => deep(JSON.stringify(each) ?? ""));
  const broken = fc.tuple(text, fc.nat(), fc.nat(30), fc.string({ unit: "binary", maxLength: 3 })).map(([json, at, length, put]) => {
    const from = json.length === 0 ? 0 : at % json.length;
    return json.slice(0, from) + put + json.slice(from + length);
  });
  return fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: broken });
}

/** Texts that are no JSON, or JSON that nobody means. */
export const strangeText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.json(),
  fc.constantFrom("", "null", "[]", "0", '""', "{", "[".repeat(20_000), `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, `[${"0,".repeat(20_000)}0]`, '{"id":null}', "PING", "PONG", "\u0000"),
);

export const strangeBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(Buffer.from([0xff, 0xfe]), Buffer.from([0xc3, 0x28]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('{"id":1,"method":"\xe4"}', "latin1")),
);
