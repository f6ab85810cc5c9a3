/**
 * `npm run chaos -- [--seed S] [--minutes M]`: the built functions as processes over the official emulators, in a hostile world. Prints
 * the counts, and ends with 1 if a promise was broken. `--storm`: the storm of notifications in full instead.
 */
import { parseArgs } from 'node:util';
import { startEmulators } from '../../sandbox/emulators/start-emulators.ts';
import { runStorm } from '../load/run-storm.ts';
import { freshSeed, runChaos } from './run-chaos.ts';

const USAGE = 'usage: npm run chaos -- [--seed S] [--minutes M] | --storm\n';
const FULL_STORM = { notifications: 100_000, calendars: 1_000 };

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const options = readOptions();
process.exitCode =
  options === undefined ? 2 : options.isStorm ? await storm() : await chaos(options.seed, options.minutes);

async function chaos(seed: number, minutes: number): Promise<number> {
  say('starting the emulators ...');
  const emulators = await startEmulators({ which: ['firestore', 'pubsub'] });
  try {
    const { firestoreHost: firestore, pubsubHost: pubsub } = emulators;
    if (firestore === undefined || pubsub === undefined) throw new Error('the emulators gave no address');
    const tally = await runChaos({ seed, ms: minutes * 60_000, hosts: { firestore, pubsub }, say });
    for (const text of tally.violations) say(`violation: ${text}`);
    if (tally.evidence !== '') say(`logs and records: ${tally.evidence}`);
    say(`seed ${seed}: ${tally.text()}`);
    return tally.violations.length === 0 ? 0 : 1;
  } finally {
    await emulators.stop();
  }
}

async function storm(): Promise<number> {
  const { text, violations } = await runStorm(FULL_STORM);
  for (const violation of violations) say(`violation: ${violation}`);
  say(text);
  return violations.length === 0 ? 0 : 1;
}

function readOptions(): { readonly seed: number; readonly minutes: number; readonly isStorm: boolean } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        seed: { type: 'string' },
        minutes: { type: 'string', default: '2' },
        storm: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit();
    }
    const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
    const minutes = Number(values.minutes);
    if (!Number.isSafeInteger(seed) || !(minutes > 0))
      throw new Error('--seed takes a whole number, --minutes a length');
    return { seed, minutes, isStorm: values.storm };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}
