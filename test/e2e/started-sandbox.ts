/** The sandbox as a user starts it, in a process of its own, and the few calls that a user makes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '../..');
const START_MS = 60_000;
/** Of what the sandbox has printed, as much is shown where something does not come about. */
const LOG_SHOWN = 8_000;
const POLL_MS = 50;

/** A conference as `GET /conference/conferences` shows it, as far as tests look. */
export interface SeenConference {
  readonly id: string;
  readonly state: 'active' | 'cancelled';
  readonly title: string | null;
  readonly start: { readonly dateTime?: string; readonly date?: string } | null;
  readonly recurrence: readonly string[] | null;
  readonly occurrences: readonly { readonly state: string; readonly originalStart: unknown }[];
  readonly updates: number;
}

/** A running sandbox. */
export class StartedSandbox {
  readonly #child: ChildProcess;
  readonly #port: number;
  output = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Starts it on free ports, with these arguments and settings, and waits until it says that it runs. */
  static async start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<StartedSandbox> {
    const port = await freeBlock();
    const line = ['sandbox/start.ts', '--port', String(port), ...args];
    const child = spawn(process.execPath, line, { cwd: ROOT, env: { ...process.env, ...env } });
    const sandbox = new StartedSandbox(child, port);
    const deadline = Date.now() + START_MS;
    while (!sandbox.output.includes('Ctrl-C stops everything.')) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`the sandbox did not start:\n${sandbox.output}`);
      await sleep(POLL_MS);
    }
    return sandbox;
  }

  /** As Ctrl-C does; returns the exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      await ended;
    }
    return this.#child.exitCode;
  }

  /** The address of one of the six servers, by its place in the block. */
  address(place: number): string {
    return `http://127.0.0.1:${this.#port + place}`;
  }

  /** A call of one of the six servers. */
  async call(place: number, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.address(place)}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  register(calendarId: string): Promise<{ status: number; body: unknown }> {
    return this.call(4, 'PUT', `/v1/calendars/${encodeURIComponent(calendarId)}`, { subject: calendarId });
  }

  /** A call of the simulated Calendar; returns the event. @throws Error for any status but 2xx */
  async event(method: string, calendarId: string, path: string, body?: unknown): Promise<{ readonly id: string }> {
    const query = method === 'DELETE' ? '' : '?conferenceDataVersion=1';
    const url = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events${path}${query}`;
    const answer = await this.call(0, method, url, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return (answer.body ?? { id: '' }) as { id: string };
  }

  async conferences(): Promise<readonly SeenConference[]> {
    // The sandbox's own contract, which tests/sandbox/conference holds it to.
    return (await this.call(0, 'GET', '/conference/conferences')).body as SeenConference[];
  }

  /** Waits until the conference is as wanted; fails with what it is. */
  async until(id: string, ms: number, isWanted: (conference: SeenConference) => boolean): Promise<SeenConference> {
    const deadline = Date.now() + ms;
    for (;;) {
      const conference = (await this.conferences()).find((one) => one.id === id);
      if (conference !== undefined && isWanted(conference)) return conference;
      if (Date.now() > deadline)
        throw new Error(
          `${id} is not as wanted after ${ms} ms: ${JSON.stringify(conference)}\n${this.output.slice(-LOG_SHOWN)}`,
        );
      await sleep(POLL_MS);
    }
  }
}

async function freeBlock(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all([0, 1, 2, 3, 4, 5].map((offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
  throw new Error('no six free ports in a row');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
