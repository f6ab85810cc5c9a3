/** A function under the functions framework's own program, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../sandbox/free-port.ts';
import { deploymentOf, nodeOptionsOf } from '../../deployed/deployments.ts';

const FRAMEWORK = resolve(
  import.meta.dirname,
  '../../../node_modules/@google-cloud/functions-framework/build/src/main.js',
);
/** What Google's platform sets for every function, ours and those it is measured against; it changes what a log line costs. */
const PLATFORM = { NODE_ENV: 'production', LOG_EXECUTION_ID: 'true', FUNCTION_SIGNATURE_TYPE: 'http' };
const START_MS = 60_000;
const POLL_MS = 2;

/** A server that answers. */
export interface FunctionsServer {
  readonly port: number;
  readonly pid: number;
  /** From the start of its process to its first answer. */
  readonly startMs: number;
  kill(): Promise<void>;
}

/** What to run, and the request whose answer counts as the first. */
export interface MeasuredFunction {
  /** Whose instance it runs in, by its name in the plan. */
  readonly deployment: string;
  /** File or folder that the framework loads. */
  readonly source: string;
  readonly target: string;
  readonly env: Readonly<Record<string, string>>;
  /** A POST body. */
  readonly body: string;
  readonly status: number;
}

/** Starts it and waits for its first answer. @throws Error if that is another status, or does not come */
export async function startFunction({
  deployment,
  source,
  target,
  env,
  body,
  status,
}: MeasuredFunction): Promise<FunctionsServer> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [FRAMEWORK, '--source', source, '--target', target, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ...PLATFORM,
      NODE_OPTIONS: nodeOptionsOf(deploymentOf(deployment)).join(' '),
      ...env,
    },
  });
  const kill = async (): Promise<void> => end(child);
  try {
    while (performance.now() - startedAt < START_MS) {
      if (child.exitCode !== null) throw new Error(`${target} ended while it started`);
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).catch(() => undefined);
      if (answer === undefined) {
        await sleep(POLL_MS);
        continue;
      }
      const startMs = performance.now() - startedAt;
      await answer.body?.cancel();
      if (answer.status !== status) throw new Error(`${target} answered ${answer.status} and not ${status}`);
      return { port, pid: child.pid ?? 0, startMs, kill };
    }
    throw new Error(`${target} did not answer within ${START_MS} ms`);
  } catch (error) {
    await kill();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
