/**
 * The transcript of the runbook played: reports/runbook.md, in the order of the document. Rooms are played side by side in several
 * processes, so each section is a file of its own first, and whoever is through puts together what is there.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HEADINGS } from './section.ts';

const REPORTS = resolve(import.meta.dirname, '../../../reports');
const SECTIONS = resolve(REPORTS, 'runbook');

const HEAD = `# The runbook, played

Written by \`npm test -- test/ops/runbook\`, which plays [docs/runbook.md](../docs/runbook.md) on the emulators: what is in italics happened outside of confsync, the rest was
typed by an operator and seen. Questions were answered with y.
`;

/** Keeps the transcript of one section. */
export function keepSection(heading: string, transcript: string): void {
  mkdirSync(SECTIONS, { recursive: true });
  write(fileOf(heading), transcript);
}

/** Writes the whole of it, as far as sections have been played. */
export function putTogether(): void {
  const played = HEADINGS.map(fileOf).filter((file) => existsSync(file));
  write(resolve(REPORTS, 'runbook.md'), [HEAD, ...played.map((file) => readFileSync(file, 'utf8'))].join('\n'));
}

function fileOf(heading: string): string {
  return resolve(SECTIONS, `${heading.toLowerCase().replaceAll(' ', '-')}.md`);
}

/** Nobody reads half of a file. */
function write(file: string, text: string): void {
  const part = `${file}.${process.pid}`;
  writeFileSync(part, text);
  renameSync(part, file);
}
