/**
 * Runs seeds of the deterministic simulation: `npm run simulate -- --seeds N [--seed S] [--verbose]`. Stops at a seed that goes
 * wrong, shrinks it, prints what happened and the one command that repeats it; the exit status is then 1.
 */
import { parseArgs } from 'node:util';
import { ALL_FAULTS } from '../test/simulation/faults.ts';
import { judgePaths } from '../test/simulation/judge-paths.ts';
import type { Block } from '../test/simulation/measure-paths.ts';
import { type Cut, runSeed, type SeedResult } from '../test/simulation/run-seed.ts';
import { shrink } from '../test/simulation/shrink.ts';
import type { Manner } from '../test/simulation/try-seed.ts';
import { trySeeds } from '../test/simulation/try-seeds.ts';
import { UNREACHED } from '../test/simulation/unreached.ts';

const USAGE = `usage: npm run simulate -- [--seeds N] [--seed S] [--verbose]
  --seeds N      how many seeds to run, on all processors (default 100)
  --seed S       the first of them (default 1)
  --verbose      print the whole history of each
  --actions N    let people do no more than N things
  --without F,G  leave out these kinds of faults
  --crash        run each seed once more, with the death of whoever makes one of its commits
  --paths        fail, too, where no seed goes through a path of the rules and use cases (for the first 1,000 seeds)
  --crash-at-commit N  let the worker that makes the N-th commit die with it
`;

const options = readOptions();
process.exitCode = options === undefined ? 2 : await simulate(options);

interface Options extends Manner {
  readonly first: number;
  readonly count: number;
}

async function simulate(options: Options): Promise<number> {
  const { first, count, ...manner } = options;
  let done = 0;
  const { trials, paths } = await trySeeds({ first, count }, manner, () => drawBar(++done, count));
  clearBar();
  for (const { seed, history } of trials) if (history !== null) process.stdout.write(`seed ${seed}\n${history}\n`);
  for (const { seed, failing } of trials)
    if (failing !== undefined) return report(await runSeed(seed, failing), failing);
  const crashes = trials.reduce((sum, trial) => sum + trial.crashes, 0);
  const steps = trials.reduce((sum, trial) => sum + trial.steps, 0);
  process.stdout.write(
    `${count} seeds from ${first}, ${crashes} of them once more with a crash at a commit, ${steps} steps, 0 violations\n`,
  );
  return manner.measuresPaths ? reportPaths(paths) : 0;
}

/** Prints how many paths were reached, and what is not as test/simulation/unreached.ts has it. */
function reportPaths(threads: readonly (readonly Block[])[]): number {
  const { count, reached, unreached, outdated } = judgePaths(threads, UNREACHED);
  for (const name of unreached) process.stdout.write(`no seed reaches    ${name}\n`);
  for (const name of outdated) process.stdout.write(`listed and reached ${name}\n`);
  process.stdout.write(`paths reached: ${reached} of ${count}\n`);
  if (unreached.length + outdated.length === 0) return 0;
  process.stdout.write(
    'Let the worlds of test/simulation reach what no seed reaches, or name it with a reason in test/simulation/unreached.ts; take out of there what is reached, or gone.\n',
  );
  return 1;
}

/** Prints the smallest run that goes wrong in this way, and how to repeat it. */
async function report(failing: SeedResult, cut: Cut): Promise<number> {
  const { seed, violation } = failing;
  process.stdout.write(`seed ${seed} went wrong: ${violation}\nmaking it smaller ...\n`);
  const smallest = await shrink(failing, cut);
  const { actions, without = [], crashAtCommit } = smallest.cut;
  const flags = [
    ...(actions === undefined ? [] : [`--actions ${actions}`]),
    ...(without.length === 0 ? [] : [`--without ${without.join(',')}`]),
    ...(crashAtCommit === undefined ? [] : [`--crash-at-commit ${crashAtCommit}`]),
  ];
  process.stdout.write(`${smallest.result.world.history.text()}\n\n`);
  process.stdout.write(`violation: ${smallest.result.violation}\n`);
  process.stdout.write(`replay:    npm run simulate -- --seeds 1 --seed ${seed} ${flags.join(' ')}\n`);
  return 1;
}

const BAR_WIDTH = 40;

function drawBar(done: number, of: number): void {
  if (!process.stdout.isTTY) return;
  const full = Math.round((done / of) * BAR_WIDTH);
  process.stdout.write(`\r[${'#'.repeat(full)}${' '.repeat(BAR_WIDTH - full)}] ${done}/${of} seeds`);
}

function clearBar(): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${' '.repeat(BAR_WIDTH + 30)}\r`);
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        seeds: { type: 'string', default: '100' },
        seed: { type: 'string', default: '1' },
        verbose: { type: 'boolean', default: false },
        crash: { type: 'boolean', default: false },
        paths: { type: 'boolean', default: false },
        actions: { type: 'string' },
        without: { type: 'string' },
        'crash-at-commit': { type: 'string' },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit();
    }
    const [count, first] = [readNumber(values.seeds), readNumber(values.seed)];
    const names = values.without?.split(',') ?? [];
    const without = ALL_FAULTS.filter((name) => names.includes(name));
    if (without.length < names.length) throw new Error(`--without takes some of ${ALL_FAULTS.join(', ')}`);
    const crashAt = values['crash-at-commit'];
    const cut = {
      without,
      ...(values.actions !== undefined && { actions: readNumber(values.actions) }),
      ...(crashAt !== undefined && { crashAtCommit: readNumber(crashAt) }),
    };
    return {
      first,
      count,
      isVerbose: values.verbose,
      crashesAtCommits: values.crash,
      measuresPaths: values.paths,
      cut,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}

function readNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no number of seeds`);
  return number;
}
