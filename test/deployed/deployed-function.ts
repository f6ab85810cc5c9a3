/**
 * One function as Cloud Run runs it: the installed archive under its own framework, with the environment of its deployment and of the
 * platform and not one variable of this machine. A process that can be killed at any moment and started again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../sandbox/free-port.ts';
import { FRAMEWORK } from '../../scripts/lock-framework.ts';
import type { FunctionName } from '../../shared/config/settings.ts';
import { cpuSeconds } from '../cpu-time.ts';
import { type Deployment, deploymentOf, memoryBytesOf, nodeOptionsOf, SECRETS, secretsGivenTo } from './deployments.ts';
import type { InstalledArchive } from './install-archive.ts';

const SHIFT_CLOCK = resolve(import.meta.dirname, 'shift-clock.ts');
const START_MS = 60_000;
const POLL_MS = 20;

/** Secrets that a test has values for reach only those functions that Terraform gives them to. */
function givenTo({ secrets }: Deployment, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isGiven = (name: string): boolean => !(name in SECRETS) || secrets.includes(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => isGiven(name)));
}

/** What to run. */
export interface DeployedOptions {
  readonly archive: InstalledArchive;
  /** The deployment's name in the plan. */
  readonly deployment: string;
  /** What a test needs otherwise than the plan has it: addresses on this machine, secrets, shorter times. */
  readonly env: Readonly<Record<string, string>>;
  /** How far its clock goes ahead of the machine's; milliseconds, default 0. */
  readonly skewMs?: number;
  /** Folder of another functions framework than the archive's own. */
  readonly framework?: string;
}

/** See the file's head. */
export class DeployedFunction {
  readonly target: FunctionName;
  readonly port: number;
  readonly #options: DeployedOptions;
  readonly #deployment: Deployment;
  #child: ChildProcess | undefined;
  /** Everything that it printed, over all its lives. */
  output = '';
  /** What of it went to standard output. */
  stdout = '';

  private constructor(options: DeployedOptions, port: number) {
    this.#options = options;
    this.#deployment = deploymentOf(options.deployment);
    this.target = this.#deployment.target;
    this.port = port;
  }

  /** Starts it on a free port and waits until it listens. @throws Error with what it printed if it does not */
  static async start(options: DeployedOptions): Promise<DeployedFunction> {
    const started = new DeployedFunction(options, await freePort());
    await started.start();
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, again on the same port. */
  async start(): Promise<void> {
    const { archive, env, skewMs = 0, framework = join(archive.folder, 'node_modules', FRAMEWORK) } = this.#options;
    const line = [join(framework, 'build/src/main.js')];
    const child = spawn(process.execPath, skewMs === 0 ? line : ['--import', SHIFT_CLOCK, ...line], {
      cwd: archive.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...platformOf(this.#deployment, this.port),
        ...secretsGivenTo(this.#deployment),
        CLOCK_SKEW_MS: String(skewMs),
        ...givenTo(this.#deployment, env),
      },
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    const deadline = Date.now() + START_MS;
    // Not a path that a function sees: the framework itself answers it.
    const isUp = () =>
      fetch(`${this.url}/robots.txt`).then(
        (answer) => answer.arrayBuffer().then(() => true),
        () => false,
      );
    while (!(await isUp())) {
      if (child !== this.#child) return;
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${this.#deployment.name} did not start:\n${this.output}`);
      await sleep(POLL_MS);
    }
  }

  /** SIGTERM, as Cloud Run sends it; returns the exit code, null where a signal ended it, and after how many milliseconds it was gone. */
  async terminate(): Promise<{ readonly code: number | null; readonly ms: number }> {
    const child = this.#child;
    if (child === undefined) throw new Error('it does not run');
    const startedAt = performance.now();
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    return { code: child.exitCode, ms: performance.now() - startedAt };
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

  /** Returns its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) throw new Error('it does not run');
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode;
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

  /** What its threads have computed so far; seconds, undefined where the system does not say. */
  async cpuSeconds(): Promise<number | undefined> {
    const pid = this.#child?.pid;
    return pid === undefined ? undefined : cpuSeconds(pid);
  }

  /** The memory that its instance has; bytes. */
  get memoryBytes(): number {
    return memoryBytesOf(this.#deployment);
  }
}

/**
 * The environment that a process gets: what the plan says, what the buildpack's image brings (cmd/nodejs/functions_framework/lib in
 * https://github.com/GoogleCloudPlatform/buildpacks), what Cloud Run adds (https://cloud.google.com/run/docs/container-contract#env-vars),
 * and LOG_EXECUTION_ID, which Cloud Functions sets by itself (hashicorp/terraform-provider-google, magic-modules pull request 11092).
 */
function platformOf(deployment: Deployment, port: number): Record<string, string> {
  const { name, target, environment } = deployment;
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/root',
    NODE_ENV: 'production',
    FUNCTION_TARGET: target,
    FUNCTION_SIGNATURE_TYPE: 'http',
    LOG_EXECUTION_ID: 'true',
    PORT: String(port),
    K_SERVICE: name,
    K_REVISION: `${name}-00001-abc`,
    K_CONFIGURATION: name,
    ...environment,
    NODE_OPTIONS: nodeOptionsOf(deployment).join(' '),
  };
}
