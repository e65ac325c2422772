import type { User } from "@tertulia/model/users";

/** The people and assistants who can be mentioned here, by the key of their username. */
export type People = ReadonlyMap<string, User>;

export const peopleOf = (users: Iterable<User>): People => new Map(Array.from(users, (user) => [keyOf(user.username), user]));

const MENTION = /@([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*)/gu;
const LONGEST_NAME = 32;

/** A text cut at its mentions, found as the server finds them: who is notified is who is shown. */
export function splitMentions(text: string, people: People): (string | User)[] {
  if (people.size === 0 || !text.includes("@")) return [text];
  const parts: (string | User)[] = [];
  let done = 0;
  for (const match of text.matchAll(MENTION)) {
    const found = longestIn(people, match[1] ?? "");
    if (!found || match.index < done) continue;
    if (match.index > done) parts.push(text.slice(done, match.index));
    parts.push(found.user);
    done = match.index + 1 + found.length;
  }
  if (done < text.length || parts.length === 0) parts.push(text.slice(done));
  return parts;
}

/** "@quill你好" goes on without a space and "@quill." with a mark that a name could hold, so the longest beginning wins. */
function longestIn(people: People, name: string): { user: User; length: number } | null {
  for (let length = Math.min(name.length, LONGEST_NAME); length > 0; length--) {
    const user = people.get(keyOf(name.slice(0, length)));
    if (user) return { user, length };
  }
  return null;
}

const keyOf = (username: string): string => username.normalize("NFKC").toLowerCase();
