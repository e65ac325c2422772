/** A name with some of its letters underlined. */
export function MarkedLetters({ text, letters }: { text: string; letters: readonly number[] }) {
  const marked = new Set(letters);
  const parts: { words: string; hit: boolean }[] = [];
  for (let at = 0; at < text.length; at++) {
    const hit = marked.has(at);
    const last = parts.at(-1);
    if (last?.hit === hit) last.words += text.charAt(at);
    else parts.push({ words: text.charAt(at), hit });
  }
  return (
    <span dir="auto">
      {parts.map(({ words, hit }, place) =>
        hit ? (
          <mark key={place} className="bg-transparent font-bold text-inherit underline decoration-green decoration-2 underline-offset-4">
            {words}
          </mark>
        ) : (
          <span key={place}>{words}</span>
        ),
      )}
    </span>
  );
}
