/** Tries every defect (or those whose numbers are given) against seed after seed, and prints for each which one caught it, as a line of JSON. */
import { DEFECTS } from './defects.ts';
import { installDefects } from './load-defects.ts';

/** A defect that outlives so many seeds is not caught. */
const SEEDS_MAX = 200;

installDefects();
const asked = process.argv.slice(2).map(Number);
for (const [index, { name }] of DEFECTS.entries()) {
  if (asked.length > 0 && !asked.includes(index)) continue;
  process.stdout.write(`${JSON.stringify({ name, ...(await tryDefect(index)) })}\n`);
}

async function tryDefect(index: number): Promise<{ seed: number | null; violation: string | null }> {
  const { runSeed }: typeof import('./run-seed.ts') = await import(`./run-seed.ts?defect=${index}`);
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { violation } = await runSeed(seed);
    if (violation !== undefined) return { seed, violation: violation.slice(0, 300) };
  }
  return { seed: null, violation: null };
}
