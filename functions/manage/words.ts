/** Pieces of the sentences that tell a caller what is wrong with a request. */

const QUOTED_MAX = 60;

/** What a caller sent, safe to repeat to him: escaped, and cut to a length that can be read. */
export function quoted(text: string): string {
  const characters = [...text];
  const cut = characters.length > QUOTED_MAX ? `${characters.slice(0, QUOTED_MAX).join('')}...` : text;
  return JSON.stringify(cut.toWellFormed());
}

/** `a`, `a and b`, `a, b and c`; `none` for nothing. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
