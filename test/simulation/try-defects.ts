/**
 * Tries every defect (or those whose numbers are given) seed after seed, then in its story, and prints for each which one caught it, as a line of
 * JSON; at last how many the simulation catches by itself. `--write` keeps the seeds in defect-seeds.json, to be done anew when the worlds have changed;
 * `--recorded` begins with the seed that is kept there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Defect } from './defects/defect.ts';
import { DEFECTS } from './defects.ts';
import { installDefects } from './load-defects.ts';
import { runSeed } from './run-seed.ts';

/** A defect that outlives so many seeds is not caught by the simulation alone. */
const SEEDS_MAX = 1_000;
const RECORD = new URL('./defect-seeds.json', import.meta.url);

/** What found the defect, and how it looked; `seed` is null for a story. */
interface Catch {
  readonly seed: number | null;
  readonly by: string;
  readonly violation: string;
}

installDefects();
const flags = process.argv.filter((text) => text.startsWith('--'));
const asked = process.argv
  .slice(2)
  .map(Number)
  .filter((number) => !Number.isNaN(number));
const recorded: Readonly<Record<string, number>> = JSON.parse(readFileSync(RECORD, 'utf8'));
const caught = new Map<string, number>();
let tried = 0;
for (const [index, defect] of DEFECTS.entries()) {
  if (asked.length > 0 && !asked.includes(index)) continue;
  tried++;
  const first = flags.includes('--recorded') ? recorded[defect.name] : undefined;
  const isStorys = flags.includes('--recorded') && first === undefined && defect.story !== undefined;
  const found = await (isStorys ? inStory(index, defect) : tryDefect(index, defect, first)).catch(stale);
  if (found !== null && found.seed !== null) caught.set(defect.name, found.seed);
  process.stdout.write(`${JSON.stringify({ index, name: defect.name, ...found })}\n`);
}
if (flags.includes('--write')) keep();
process.stderr.write(`${caught.size} of ${tried} caught by the simulation alone, each within ${SEEDS_MAX} seeds\n`);

/** The words that it replaces are not there any more. */
function stale(error: unknown): { seed: null; by: null; violation: string } {
  return { seed: null, by: null, violation: String(error) };
}

async function tryDefect(index: number, defect: Defect, first: number | undefined): Promise<Catch | null> {
  const damaged: typeof import('./run-seed.ts') = await import(`./run-seed.ts?defect=${index}`);
  const seeds = Array.from({ length: SEEDS_MAX }, (_, number) => number + 1);
  for (const seed of first === undefined ? seeds : [first, ...seeds]) {
    const { violation } = await damaged.runSeed(seed);
    if (violation === undefined) continue;
    const sound = await runSeed(seed);
    if (sound.violation !== undefined) throw new Error(`seed ${seed} fails without a defect: ${sound.violation}`);
    return { seed, by: `seed ${seed}`, violation: violation.slice(0, 300) };
  }
  return inStory(index, defect);
}

async function inStory(index: number, { story: name }: Defect): Promise<Catch | null> {
  if (name === undefined) return null;
  const { STORIES, tell }: typeof import('./stories.ts') = await import(`./stories.ts?defect=${index}`);
  const story = STORIES.find((told) => told.name === name);
  if (story === undefined) throw new Error(`there is no such story: ${name}`);
  const { violation } = await tell(story, 0);
  return violation === undefined ? null : { seed: null, by: name, violation: violation.slice(0, 300) };
}

/** Those that were not asked for keep their seeds. */
function keep(): void {
  const all = DEFECTS.flatMap(({ name }): [string, number][] => {
    const seed = caught.get(name) ?? (asked.length > 0 ? recorded[name] : undefined);
    return seed === undefined ? [] : [[name, seed]];
  });
  writeFileSync(RECORD, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}
