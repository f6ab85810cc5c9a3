/** The sections of the runbook, and the commands that stand in them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const TEXT = readFileSync(resolve(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');

/** What a section is made of. */
export type Part = 'Diagnosis' | 'Mitigation';

/** Chapters: their sections are headings of the third level. */
const CHAPTERS = ['Alerts', 'Other symptoms'];

/** Everything that can be played, in the order of the document: each heading that is no chapter and not the document's title. */
export const HEADINGS: readonly string[] = [...TEXT.matchAll(/^#{2,3} (.+)$/gm)]
  .map(([, heading = '']) => heading)
  .filter((heading) => !CHAPTERS.includes(heading));

/** The text of a section, without its heading. @throws Error if there is none */
export function textOf(heading: string): string {
  const section = TEXT.split(/^#{2,3} /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`the runbook has no section "${heading}"`);
  return section.slice(heading.length + 1);
}

/** The command lines in the fenced blocks of a text, as they stand there. */
export function commandsIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n').filter((line) => /^(confsync|gcloud) /.test(line)));
}

/** Those of one part of a section. @throws Error if there is no such part */
export function commandsOf(heading: string, part: Part): readonly string[] {
  const body = textOf(heading)
    .split(/^\*\*/m)
    .find((text) => text.startsWith(`${part}.**`));
  if (body === undefined) throw new Error(`the runbook has no ${part} in "${heading}"`);
  return commandsIn(body);
}
