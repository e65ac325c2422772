const GLAZES = 8;

/** The colour a person wears, 1 to 8: always the same for the same id, so that it can be learned. */
export function glazeOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 65_521;
  return (sum % GLAZES) + 1;
}

/** The colour of a person's name as a CSS value. */
export const nameColour = (id: string): string => `var(--p${glazeOf(id)}-n)`;

/** The ground of a person's face as a CSS value. */
export const faceColour = (id: string): string => `var(--p${glazeOf(id)}-f)`;

/** What stands on a face: the first letter of a name; of a Chinese name the first character. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name.trim());
  return first ? first.segment.toLocaleUpperCase() : "·";
}
