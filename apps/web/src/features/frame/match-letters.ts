/** How well a name answers to what was typed, and which of its letters did. */
export interface Match {
  score: number;
  /** Indexes into the name, in UTF-16 units. */
  letters: readonly number[];
}

const TOGETHER = 100;
const AT_A_WORD = 10;

/**
 * Finds the typed letters in a name: best as one run at its beginning, then as a run at a word's beginning or anywhere,
 * then scattered in order, each best at the beginning of a word. Null when they aren't all there.
 */
export function matchLetters(name: string, typed: string): Match | null {
  const text = fold(name);
  const wanted = fold(typed.trim()).replace(/\s+/g, "");
  if (wanted === "") return { score: 0, letters: [] };
  return asOneRun(text, wanted) ?? scattered(text, wanted);
}

// Case and accents don't matter; letters keep their places, so that the name itself can be marked.
const fold = (text: string): string => [...text].map((point) => foldPoint(point)).join("");

function foldPoint(point: string): string {
  const folded = point.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return folded.length === point.length ? folded : point;
}

function asOneRun(text: string, wanted: string): Match | null {
  let at = text.indexOf(wanted);
  if (at === -1) return null;
  for (let next = at; next !== -1; next = text.indexOf(wanted, next + 1)) {
    if (!beginsWord(text, next)) continue;
    at = next;
    break;
  }
  const score = TOGETHER + (at === 0 ? 2 * AT_A_WORD : beginsWord(text, at) ? AT_A_WORD : 0);
  return { score, letters: Array.from(wanted, (_, offset) => at + offset) };
}

function scattered(text: string, wanted: string): Match | null {
  const letters: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of wanted) {
    const word = nextWordBeginningWith(text, letter, from);
    const at = word === -1 ? text.indexOf(letter, from) : word;
    if (at === -1) return null;
    if (at === word) score += AT_A_WORD;
    letters.push(at);
    from = at + letter.length;
  }
  return { score, letters };
}

function nextWordBeginningWith(text: string, letter: string, from: number): number {
  for (let at = text.indexOf(letter, from); at !== -1; at = text.indexOf(letter, at + 1)) if (beginsWord(text, at)) return at;
  return -1;
}

const beginsWord = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
