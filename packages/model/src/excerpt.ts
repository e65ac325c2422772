/** The first words of a message on one line, as room lists and quotes show them. */
export function excerptOf(content: string, max = 140): string {
  const line = content.slice(0, max * 4).replace(/\s+/gu, " ").trim();
  const points = [...line];
  return points.length <= max ? line : `${points.slice(0, max - 1).join("")}…`;
}
