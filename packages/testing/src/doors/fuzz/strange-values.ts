import fc from "fast-check";

/** What nobody would put into a field: each has once broken some server. */
export const strangeValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, [], {}, [[]], "", " ", "\0", "\ud800", "\u202e", "%%%", "' or 1=1 --", "../../etc/passwd", "00000000-0000-0000-0000-000000000000", { $ne: null }),
  fc.constantFrom<unknown>(0, -1, 1.5, 1e300, -1e300, 2 ** 53, 10 ** 9, "1e9", "NaN", "9".repeat(400)),
  fc.constantFrom<unknown>("汉".repeat(10_001), "x".repeat(5_000), Array.from({ length: 500 }, () => "x"), nested(50), nested(3_000)),
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

/** What each field of this name would hold in earnest; a strange one every so often, and now and then a field too few or too many. */
export function objectWith(fields: readonly string[], earnest: (field: string) => unknown): fc.Arbitrary<Record<string, unknown>> {
  const values = fields.map((field) => [field, fc.oneof({ weight: 5, arbitrary: fc.constant(earnest(field)) }, { weight: 1, arbitrary: strangeValue })] as const);
  const known = fc.record(Object.fromEntries(values));
  return fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: 1, arbitrary: fc.record(Object.fromEntries(values), { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.tuple(known, fc.string({ maxLength: 10 }), strangeValue).map(([object, field, value]) => ({ ...object, [field]: value })) },
  );
}

/** JSON as it should be, or with a few characters lost, doubled, or put in. */
export function jsonOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const text = value.map((each) => JSON.stringify(each) ?? "");
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
