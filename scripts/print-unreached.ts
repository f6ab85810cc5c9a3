/**
 * Prints every branch of `shared/domain` and `shared/flow` that no seed of the simulation goes through:
 * `node scripts/print-unreached.ts [SEEDS]` (default 1000). A mistake in one of them is for the other tests to find.
 */
import { measurePaths } from './measure-paths.ts';

const seeds = Number(process.argv[2] ?? 1_000);
const takePaths = await measurePaths();
// Loaded here, since V8 counts branches only in what is compiled after it was told to.
const { runSeed } = await import('../test/simulation/run-seed.ts');
for (let seed = 1; seed <= seeds; seed++) await runSeed(seed);
const unreached = await takePaths();
for (const { file, line, text } of unreached) process.stdout.write(`${file}:${line}  ${text}\n`);
process.stdout.write(`${seeds} seeds, ${unreached.length} branches never reached\n`);
