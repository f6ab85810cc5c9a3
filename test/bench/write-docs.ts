/** `docs/performance.md` and its plots: what a run of the benchmark printed, and nothing else that is a number. */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { plot } from './plot.ts';
import type { Curve, Figure } from './row.ts';
import { markdownTable } from './table.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const FRAME = join(import.meta.dirname, 'performance-frame.md');

/** Writes the page and one SVG file for each curve. `seconds` is how long the run took. */
export async function writeDocs(figures: readonly Figure[], curves: readonly Curve[], seconds: number): Promise<void> {
  const frame = await readFile(FRAME, 'utf8');
  const plots: string[] = [];
  for (const curve of curves) {
    const file = `performance-${curve.id}.svg`;
    await writeFile(join(DOCS, file), plot(curve));
    plots.push(`![${curve.title}: ${curve.y} by ${curve.x}](${file})`);
  }
  const filled = frame
    .replace('{{machine}}', machine())
    .replace('{{seconds}}', String(Math.round(seconds)))
    .replace('{{goals}}', markdownTable(figures.filter(({ bound }) => bound !== null)))
    .replace('{{others}}', markdownTable(figures.filter(({ bound }) => bound === null)))
    .replace('{{plots}}', plots.join('\n\n'));
  await writeFile(join(DOCS, 'performance.md'), filled);
}

function machine(): string {
  const [first] = cpus();
  return `${availableParallelism()} cores (${first?.model.trim() ?? 'unknown'}), Node.js ${process.versions.node}`;
}
