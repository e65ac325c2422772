const SAFE = new Set(["http:", "https:", "mailto:"]);

/** Where a link in a message may lead: to the web or a mail address, written in full. Null for everything else. */
export function safeHref(href: string): string | null {
  const url = URL.parse(href);
  return url && SAFE.has(url.protocol) ? url.href : null;
}

// What a bare address in Chinese is followed by without a space, and can't be part of.
const AFTER_ADDRESS = /[\u3000-\u303f\uff00-\uffef“”‘’…—]/u;

/** A bare address as it was typed, parted from the words that the lexer took along. */
export function addressAndRest(typed: string): [address: string, rest: string] {
  const end = typed.search(AFTER_ADDRESS);
  return end === -1 ? [typed, ""] : [typed.slice(0, end), typed.slice(end)];
}
