/** Takes a picture of the sandbox's console for a document: runs the sandbox, lets something happen in it, and takes the picture then. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runSandbox } from '../sandbox/run-sandbox.ts';
import { fingerprintOfPage, withSource } from './picture-source.ts';

/** The page begins two hours before now; a picture shows the working day at whatever time it is taken. */
const HOUR = '11';

/** A sandbox that is about to be pictured. */
export interface PicturedSandbox {
  /** Address of the console, and of the simulated Calendar below it. */
  readonly console: string;
  /** Address of manageCalendars. */
  readonly manage: string;
}

/** `file` names a picture of `docs`, unless the command line names a file; `more`: further arguments of screenshot-console.ts. */
export async function takePicture(
  firstPort: number,
  file: string,
  more: readonly string[],
  happen: (sandbox: PicturedSandbox) => Promise<void>,
): Promise<void> {
  const target = process.argv[2] ?? join(import.meta.dirname, '../docs', file);
  const sandbox = await runSandbox({
    firstPort,
    hasEmulators: false,
    imports: [],
    env: process.env,
    log: { write: () => undefined },
  });
  try {
    const console = `http://127.0.0.1:${sandbox.ports.console}`;
    await happen({ console, manage: `http://127.0.0.1:${sandbox.ports.manageCalendars}` });
    const shot = [
      join(import.meta.dirname, 'screenshot-console.ts'),
      console,
      target,
      '--wait',
      '2500',
      '--hour',
      HOUR,
      ...more,
    ];
    await promisify(execFile)(process.execPath, shot);
    writeFileSync(target, withSource(readFileSync(target), fingerprintOfPage()));
  } finally {
    await sandbox.close();
  }
}

/** Sends JSON, and gives the object that is answered. @throws Error for an answer that is no success */
export async function send(method: string, url: string, body: unknown): Promise<object> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  const json: unknown = await answer.json();
  return typeof json === 'object' && json !== null ? json : {};
}

/** Start and end of an hour on the day that begins at `midnight` (Unix milliseconds), in UTC. */
export function hourOf(midnight: number, hour: number): object {
  const at = (hours: number): object => ({
    dateTime: new Date(midnight + hours * 3_600_000).toISOString(),
    timeZone: 'UTC',
  });
  return { start: at(hour), end: at(hour + 1) };
}
