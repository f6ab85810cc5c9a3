/**
 * Starts Google's emulators on free ports of the loopback interface and ends them again. The jars are started directly: the `gcloud`
 * wrapper leaves its Java process behind when it is ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import {
  EMULATOR_TITLES,
  type EmulatorFinding,
  type EmulatorFindings,
  type EmulatorName,
  findEmulators,
  HOST_VARIABLES,
  MAIN_CLASSES,
} from './find-emulators.ts';

/** Running emulators; a host is `address:port`, or undefined if that emulator was not asked for. */
export interface RunningEmulators {
  readonly firestoreHost: string | undefined;
  readonly pubsubHost: string | undefined;
  /** Ends those that were started here, and returns when their processes are gone. May be called again. */
  stop(): Promise<void>;
}

const START_MS = 60_000;
const ANSWER_MS = 5_000;
const POLL_MS = 100;
const OUTPUT_MAX = 2_000;
const KEEPER = fileURLToPath(new URL('keep-process.ts', import.meta.url));

/**
 * Makes the emulators available: those that the environment names are used, others are started (about six seconds) and end with
 * this process, whatever it dies of.
 * @throws Error with words for people if one is absent, does not answer, or did not start within 60 s; then none is left running
 */
export async function startEmulators({
  which,
  found,
}: {
  readonly which: readonly EmulatorName[];
  /** What `findEmulators` said, if it was asked before. */
  readonly found?: EmulatorFindings;
}): Promise<RunningEmulators> {
  const findings = found ?? (await findEmulators());
  const processes: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(processes.map(endProcess));
  };
  const start = (name: EmulatorName) => (which.includes(name) ? open(name, findings[name], processes) : undefined);
  // Wait for both outcomes, so that none is still starting while the other's failure is cleared away.
  const outcomes = await Promise.allSettled([start('firestore'), start('pubsub')]);
  const hosts: (string | undefined)[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      await stop();
      throw outcome.reason;
    }
    hosts.push(outcome.value);
  }
  return { firestoreHost: hosts[0], pubsubHost: hosts[1], stop };
}

async function open(name: EmulatorName, finding: EmulatorFinding, processes: ChildProcess[]): Promise<string> {
  const title = `the ${EMULATOR_TITLES[name]} emulator`;
  switch (finding.kind) {
    case 'absent':
      throw new Error(`${title} is not there: ${finding.reason}`);
    case 'running':
      if (await becomesReady(finding.host, ANSWER_MS, () => false)) return finding.host;
      throw new Error(`${title} does not answer at ${HOST_VARIABLES[name]}=${finding.host}`);
    case 'jar': {
      const port = await freePort();
      const host = `127.0.0.1:${port}`;
      const process = spawn(
        globalThis.process.execPath,
        [KEEPER, finding.java, ...argumentsOf(name, finding.jar, port)],
        {
          stdio: ['pipe', 'pipe', 'pipe'],
        },
      );
      processes.push(process);
      const output = collectOutput(process);
      if (await becomesReady(host, START_MS, () => process.exitCode !== null)) return host;
      const how = process.exitCode === null ? `did not start within ${START_MS / 1_000} s` : 'ended while starting';
      throw new Error(`${title} ${how}:\n${output()}`);
    }
  }
}

/**
 * An emulator lives for minutes: with these, Java compiles once and quickly and collects garbage in one thread, which halves the processor
 * time of what the tests ask of Firestore.
 */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** As the SDK's own scripts `cloud_firestore_emulator` and `cloud-pubsub-emulator` put them together. */
function argumentsOf(name: EmulatorName, jar: string, port: number): string[] {
  const address = ['--host=127.0.0.1', `--port=${port}`];
  switch (name) {
    case 'firestore': {
      return [
        ...SHORT_LIVED,
        '-Duser.language=en',
        '-cp',
        jar,
        MAIN_CLASSES.firestore,
        'start',
        ...address,
        '--database-mode=firestore-native',
      ];
    }
    case 'pubsub':
      return [...SHORT_LIVED, '-jar', jar, ...address];
  }
}

/** Both emulators answer plain HTTP on the port that they serve gRPC on. */
async function becomesReady(host: string, ms: number, hasEnded: () => boolean): Promise<boolean> {
  const end = Date.now() + ms;
  while (Date.now() < end && !hasEnded()) {
    const answer = await fetch(`http://${host}/`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** Keeps the pipes empty; the end of what was written is what people need if the start fails. */
function collectOutput(process: ChildProcess): () => string {
  let output = '';
  const add = (chunk: unknown) => {
    output = `${output}${String(chunk)}`.slice(-OUTPUT_MAX);
  };
  process.stdout?.on('data', add);
  process.stderr?.on('data', add);
  return () => output.trim();
}

/** Closing its standard input is the keeper's sign; it ends the emulator itself, by force if it must. */
async function endProcess(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exit = once(process, 'exit');
  process.stdin?.end();
  await exit;
}
