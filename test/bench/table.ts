/** The figures as a table of aligned columns, and as lines of a Markdown table. */
import { type Figure, goalOf, isReached } from './row.ts';

const HEADS = ['figure', 'value', 'unit', 'baseline', 'goal', 'reached'] as const;
const NUMBERS: ReadonlySet<number> = new Set([1, 3]);

/** For a terminal. */
export function printedTable(figures: readonly Figure[]): string {
  const rows = [HEADS.map(String), ...figures.map(cellsOf)];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) =>
        NUMBERS.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return lines.join('\n');
}

/** For a page; notes stand below their figures. */
export function markdownTable(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => {
    const [title = '', ...cells] = cellsOf(figure);
    const note = figure.note === undefined ? '' : `<br><small>${figure.note}</small>`;
    return `| ${[title + note, ...cells].join(' | ')} |`;
  });
  return [`| ${HEADS.join(' | ')} |`, '| --- | ---: | --- | ---: | --- | --- |', ...lines].join('\n');
}

function cellsOf(figure: Figure): string[] {
  const reached = isReached(figure);
  return [
    figure.title,
    shown(figure.value),
    figure.unit,
    figure.baseline === null ? '' : shown(figure.baseline),
    goalOf(figure) ?? '',
    reached === null ? '' : reached ? 'yes' : 'NO',
  ];
}

function shown(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 4 });
}
