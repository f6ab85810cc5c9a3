/** Tries every defect (or those whose numbers are given) against the stories, then seed after seed, and prints for each what caught it, as a line of JSON. */
import { DEFECTS } from './defects.ts';
import { installDefects } from './load-defects.ts';

/** A defect that outlives so many seeds is not caught. */
const SEEDS_MAX = 200;

installDefects();
const asked = process.argv.slice(2).map(Number);
for (const [index, { name }] of DEFECTS.entries()) {
  if (asked.length > 0 && !asked.includes(index)) continue;
  process.stdout.write(`${JSON.stringify({ name, ...(await tryDefect(index).catch(stale)) })}\n`);
}

/** What found the defect, and how it looked. */
interface Catch {
  readonly by: string | null;
  readonly violation: string | null;
}

/** The words that it replaces are not there any more. */
function stale(error: unknown): { by: null; violation: string } {
  return { by: null, violation: String(error) };
}

async function tryDefect(index: number): Promise<Catch> {
  const { runSeed }: typeof import('./run-seed.ts') = await import(`./run-seed.ts?defect=${index}`);
  const { STORIES, tell }: typeof import('./stories.ts') = await import(`./stories.ts?defect=${index}`);
  for (const story of STORIES) {
    const { violation } = await tell(story, 0);
    if (violation !== undefined) return { by: story.name, violation: violation.slice(0, 300) };
  }
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { violation } = await runSeed(seed);
    if (violation !== undefined) return { by: `seed ${seed}`, violation: violation.slice(0, 300) };
  }
  return { by: null, violation: null };
}
