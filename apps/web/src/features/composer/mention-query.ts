import type { User } from "@tertulia/model/users";

/** An @ and what stands between it and the caret. */
export interface MentionQuery {
  /** Where the @ stands. */
  start: number;
  /** Where the caret stands. */
  end: number;
  words: string;
}

// An @ right after Latin letters is a mail address; right after Chinese, where no space is written, it is a mention.
const QUERY = /(?<![\p{Script=Latin}\p{N}_.@-])@([\p{L}\p{M}\p{N}._-]{0,32})$/u;

/** What is being looked for before the caret; null when no mention is being written. */
export function mentionQueryIn(text: string, caret: number): MentionQuery | null {
  const match = QUERY.exec(text.slice(Math.max(0, caret - 64), caret));
  if (!match) return null;
  const words = match[1] ?? "";
  return { start: caret - words.length - 1, end: caret, words };
}

const SHOWN_AT_MOST = 6;

/** Who could be meant: names that begin so first, then those with a later word that does. Assistants and people alike. */
export function candidatesFor(words: string, users: readonly User[]): User[] {
  const wanted = fold(words);
  const rank = (user: User): number => {
    const name = fold(user.displayName);
    if (fold(user.username).startsWith(wanted) || name.startsWith(wanted)) return 0;
    if (name.split(/[\s.-]+/u).some((word) => word.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return users
    .map((user) => ({ user, rank: rank(user) }))
    .filter(({ rank: place }) => place < 3)
    .sort((one, other) => one.rank - other.rank || one.user.displayName.localeCompare(other.user.displayName))
    .slice(0, SHOWN_AT_MOST)
    .map(({ user }) => user);
}

/** The text with the mention in place of what was looked for, and where the caret goes. */
export function withMention(text: string, query: MentionQuery, user: User): { text: string; caret: number } {
  const mention = `@${user.username} `;
  const after = text.slice(query.end);
  return { text: text.slice(0, query.start) + mention + after.replace(/^ /, ""), caret: query.start + mention.length };
}

const fold = (name: string): string => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
