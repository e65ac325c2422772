import type { Told, View } from "./oracle.ts";

/** Sentences, one for each thing that went wrong; all empty when nothing did. */
export interface Verdict {
  /** Acknowledged and not stored, or stored and not shown by someone. */
  lost: string[];
  /** Stored or shown more than once. */
  doubled: string[];
  /** Not in the order of seq, or not in the order in which one person said it. */
  disordered: string[];
  /** Stored or shown, though nobody said it; or shown, though it isn't stored. */
  invented: string[];
}

export const flawless: Verdict = { lost: [], doubled: [], disordered: [], invented: [] };

export interface Books {
  /** Who said what, in the order in which it was said. */
  said: ReadonlyMap<string, string>;
  acknowledged: ReadonlySet<string>;
  stored: readonly Told[];
  views: readonly View[];
}

/** Acknowledged = stored = seen by each. */
export function verdictOn({ said, acknowledged, stored, views }: Books): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], disordered: [], invented: [] };
  const kept = setOf(stored);
  for (const content of acknowledged) if (!kept.has(content)) verdict.lost.push(`"${content}" was acknowledged and isn't stored`);
  for (const content of kept) if (!said.has(content)) verdict.invented.push(`"${content}" is stored and was never said`);
  look("the database", stored);
  for (const { who, messages } of views) {
    const shown = setOf(messages);
    for (const content of kept) if (!shown.has(content)) verdict.lost.push(`"${content}" is stored and not shown to ${who}`);
    for (const content of shown) if (!kept.has(content)) verdict.invented.push(`"${content}" is shown to ${who} and isn't stored`);
    look(who, messages);
  }
  return verdict;

  function look(who: string, messages: readonly Told[]): void {
    verdict.doubled.push(...twice(messages).map((content) => `"${content}" is there twice for ${who}`));
    verdict.disordered.push(...againstSeq(messages).map((content) => `"${content}" is out of order for ${who}`));
    verdict.disordered.push(...againstSpeech(messages, said).map((content) => `"${content}" stands after what its author said later, for ${who}`));
  }
}

const setOf = (messages: readonly Told[]) => new Set(messages.map(({ content }) => content));

function twice(messages: readonly Told[]): string[] {
  const met = new Set<string>();
  return messages.map(({ content }) => content).filter((content) => met.size === met.add(content).size);
}

function againstSeq(messages: readonly Told[]): string[] {
  return messages.filter(({ seq }, at) => seq <= (messages[at - 1]?.seq ?? -1)).map(({ content }) => content);
}

/** Each person's messages, in the order shown, against the order in which they were said. */
function againstSpeech(messages: readonly Told[], said: ReadonlyMap<string, string>): string[] {
  const place = new Map([...said.keys()].map((content, at) => [content, at]));
  const latest = new Map<string, number>();
  return messages.map(({ content }) => content).filter((content) => {
    const who = said.get(content);
    const at = place.get(content);
    if (who === undefined || at === undefined) return false;
    const before = latest.get(who) ?? -1;
    latest.set(who, Math.max(before, at));
    return at < before;
  });
}
