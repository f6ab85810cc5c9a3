/** One built function under the functions framework's own program: a process that can be killed at any moment and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../sandbox/free-port.ts';
import type { FunctionName } from '../../shared/config/settings.ts';

const FRAMEWORK = resolve(
  import.meta.dirname,
  '../../node_modules/@google-cloud/functions-framework/build/src/main.js',
);
const SHIFT_CLOCK = resolve(import.meta.dirname, 'shift-clock.ts');
const START_MS = 60_000;
const POLL_MS = 20;

/** What to run. */
export interface FunctionOptions {
  /** Folder of the built artefact. */
  readonly folder: string;
  readonly target: FunctionName;
  readonly env: Readonly<Record<string, string>>;
  /** How far its clock goes ahead of the machine's; milliseconds, default 0. */
  readonly skewMs?: number;
}

/** See the file's head. */
export class FunctionProcess {
  readonly target: FunctionName;
  readonly port: number;
  readonly #options: FunctionOptions;
  #child: ChildProcess | undefined;
  /** Everything that it printed, over all its lives. */
  output = '';

  private constructor(options: FunctionOptions, port: number) {
    this.#options = options;
    this.target = options.target;
    this.port = port;
  }

  /** Starts it on a free port and waits until it listens. @throws Error with what it printed if it does not */
  static async start(options: FunctionOptions): Promise<FunctionProcess> {
    const started = new FunctionProcess(options, await freePort());
    await started.start();
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, again on the same port. */
  async start(): Promise<void> {
    const { folder, target, env, skewMs = 0 } = this.#options;
    const line = [FRAMEWORK, '--source', folder, '--target', target, '--port', String(this.port)];
    const child = spawn(process.execPath, skewMs === 0 ? line : ['--import', SHIFT_CLOCK, ...line], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, CLOCK_SKEW_MS: String(skewMs), ...env },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    const deadline = Date.now() + START_MS;
    // Not a path that a function sees: the framework itself answers it.
    const isUp = () =>
      fetch(`${this.url}/robots.txt`).then(
        (answer) => answer.arrayBuffer().then(() => true),
        () => false,
      );
    while (!(await isUp())) {
      if (child !== this.#child) return;
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${target} did not start:\n${this.output}`);
      await sleep(POLL_MS);
    }
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** SIGSTOP and SIGCONT: a process that stands still and wakes up late. */
  stall(isStalled: boolean): void {
    this.#child?.kill(isStalled ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Whether it runs by itself: it was started and has not ended. */
  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Peak of its resident memory so far; bytes, undefined where the system does not say. */
  get peakMemory(): number | undefined {
    const pid = this.#child?.pid;
    if (pid === undefined || process.platform !== 'linux') return undefined;
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  }
}
