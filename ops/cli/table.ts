/** Aligned tables for people. Foreign text stays on its line: control characters cannot reach the terminal. */
import type { Paint, Tone } from './paint.ts';

/** A cell: text, or a number that stands at the right edge of its column. */
export type Cell = string | number | { readonly tone: Tone; readonly text: string };

/** Lines of a table under its header; `nothing` where there are no rows. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint, nothing: string) {
  if (rows.length === 0) return [nothing];
  const texts = rows.map((row) => row.map(textOf));
  const widths = header.map((name, column) => Math.max(name.length, ...texts.map((row) => row[column]?.length ?? 0)));
  const isNumeric = header.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const pad = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    if (isNumeric[column] === true) return text.padStart(width);
    return column === header.length - 1 ? text : text.padEnd(width);
  };
  const head = header.map((name, column) => paint('strong', pad(name, column))).join('  ');
  const body = rows.map((row, index) =>
    row
      .map((cell, column) => {
        const padded = pad(texts[index]?.[column] ?? '', column);
        return typeof cell === 'object' ? paint(cell.tone, padded) : padded;
      })
      .join('  ')
      .trimEnd(),
  );
  return [head.trimEnd(), ...body];
}

/** Lines of `name  value`, the names aligned. */
export function list(entries: readonly (readonly [name: string, value: Cell])[], paint: Paint): string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => {
    const text = textOf(value);
    const shown = typeof value === 'object' ? paint(value.tone, text) : text;
    return `${paint('dull', name.padEnd(width))}  ${shown}`.trimEnd();
  });
}

/** The text of a cell, on one line. */
export function textOf(cell: Cell): string {
  const text = typeof cell === 'object' ? cell.text : String(cell);
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
