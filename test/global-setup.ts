/**
 * Runs once before all tests: makes the folder that they share, names the one where Node keeps what it has compiled, finds and starts the
 * emulators, tells the tests where they are, and says in one line what it found.
 * Emulators that came with the machine are a chance and no duty, unless `REQUIRE_EMULATORS=1`; those that the environment names must answer.
 */
import { join } from 'node:path';
import {
  type EmulatorFindings,
  type EmulatorName,
  findEmulators,
  HOST_VARIABLES,
} from '../sandbox/emulators/find-emulators.ts';
import { type RunningEmulators, startEmulators } from '../sandbox/emulators/start-emulators.ts';
import { ABSENCE_VARIABLE } from './absence.ts';
import { openRunFolder } from './run-folder.ts';
import { keepEmulators } from './started-emulators.ts';

const NAMES: readonly EmulatorName[] = ['firestore', 'pubsub'];

/** Kept from one run to the next: Node checks an entry by what its file contains. */
const COMPILE_CACHE = join(import.meta.dirname, '../node_modules/.cache/node-compile');

/** @throws Error if emulators are required, or named by the environment, and cannot be had */
export default async function setUp(): Promise<void> {
  openRunFolder();
  // What suites start from TypeScript, processes and threads, spends half of its processor time on stripping types and compiling.
  process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE;
  const found = await findEmulators();
  const outcome = await bringUp(found);
  if (typeof outcome !== 'string') {
    keepEmulators(outcome);
    process.env[HOST_VARIABLES.firestore] = outcome.firestoreHost;
    process.env[HOST_VARIABLES.pubsub] = outcome.pubsubHost;
    say(`emulators: Firestore ${outcome.firestoreHost}, Pub/Sub ${outcome.pubsubHost}`);
    return;
  }
  const isNamed = NAMES.some((name) => found[name].kind === 'running');
  if (isNamed || process.env.REQUIRE_EMULATORS === '1') throw new Error(`emulators are required, but: ${outcome}`);
  const [reason = ''] = outcome.split('\n');
  process.env[ABSENCE_VARIABLE] = reason;
  say(`emulators: none found (${reason}), embedded store and queue only`);
}

/** The running emulators, or why there are none. */
async function bringUp(found: EmulatorFindings): Promise<RunningEmulators | string> {
  const reasons = NAMES.flatMap((name) => {
    const finding = found[name];
    return finding.kind === 'absent' ? [finding.reason] : [];
  });
  if (reasons.length > 0) return [...new Set(reasons)].join('; ');
  try {
    return await startEmulators({ which: NAMES, found });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
