/** The simulator as others run it, built: how soon it answers, what its lists cost beside a bare server's answers, and how long a large seed takes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { answersPerCpuSecond } from '../processes/load.ts';
import type { Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CALENDAR = 'alice@example.com';
const LIST =
  'GET /calendar/v3/calendars/primary/events?maxResults=10 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\n\r\n';
/** A list of ten events has about as many. */
const BARE_BYTES = 6_600;
/** Answers every request with so many bytes, and says where, as the simulator does. */
const BARE_SERVER = `require('node:http').createServer((request, response) => response.writeHead(200, { 'content-length': '${BARE_BYTES}' }).end('x'.repeat(${BARE_BYTES}))).listen(0, '127.0.0.1', function () { console.log('http://127.0.0.1:' + this.address().port + '/'); })`;

/** See the file's head. */
export const simulator: Row = {
  id: 'simulator',
  async measure({ isQuick }) {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-bench-'));
    try {
      const built = spawnSync(process.execPath, [join(ROOT, 'simulator/build.ts'), folder], { encoding: 'utf8' });
      if (built.status !== 0) throw new Error(`the simulator does not build: ${built.stderr}`);
      const program = [join(folder, 'esm/cli.js'), '--port', '0'];
      const library = join(folder, 'esm/index.js');
      const bare = ['--eval', BARE_SERVER];
      const starts = isQuick ? 1 : 9;
      const turns = isQuick ? 1 : 5;
      const turnMs = isQuick ? 100 : 2_000;
      const events = isQuick ? 1_000 : 100_000;
      return {
        figures: [
          {
            id: 'simulator-ready',
            title: 'simulator: from its start to its first answer',
            value: Math.round(await readyMs(program, starts)),
            unit: 'ms',
            baseline: Math.round(await readyMs(bare, starts)),
            bound: { atMost: 300 },
            note: 'baseline: a Node server that does nothing',
          },
          {
            id: 'simulator-lists',
            title: 'simulator: lists of ten events over HTTP',
            value: Math.round(await listsPerSecond(program, turns, turnMs)),
            unit: 'requests/CPU s',
            baseline: Math.round(await listsPerSecond(bare, turns, turnMs)),
            bound: { atLeast: 5_000 },
            note: 'baseline: a Node server that answers as many bytes',
          },
          {
            id: 'simulator-load',
            title: `simulator: a seed of ${events.toLocaleString('en')} recorded events`,
            value: rounded(loadSeconds(library, seedOf(events, 'recorded'), events)),
            unit: 's',
            baseline: null,
            bound: { atMost: 2 },
          },
          {
            id: 'simulator-insert',
            title: `simulator: a seed of ${events.toLocaleString('en')} events that are checked and made`,
            value: rounded(loadSeconds(library, seedOf(events, 'events'), events)),
            unit: 's',
            baseline: null,
            bound: null,
          },
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Median of so many starts. */
async function readyMs(args: readonly string[], starts: number): Promise<number> {
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const startedAt = performance.now();
    const { child, url } = await run(args);
    await (await fetch(`${url}calendar/v3/users/me/calendarList`)).text();
    times.push(performance.now() - startedAt);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  return median(times);
}

/** Requests per second of the server's CPU time, when its code is warm: the median of so many turns. */
async function listsPerSecond(args: readonly string[], turns: number, turnMs: number): Promise<number> {
  const { child, url } = await run(args);
  try {
    await (await fetch(`${url}control/seed`, { method: 'POST', body: JSON.stringify(seedOf(1_000, 'events')) })).text();
    const server = { port: Number(new URL(url).port), pid: child.pid ?? 0 };
    await answersPerCpuSecond(server, LIST, 200, turnMs);
    const rates: number[] = [];
    for (let turn = 0; turn < turns; turn++) rates.push(await answersPerCpuSecond(server, LIST, 200, turnMs));
    return median(rates);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** Reads a seed from its input, starts with it, and says how long that took and how many events there are. */
const LOAD = `const { start } = await import(process.argv[1]);
const seed = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));
const begun = performance.now();
const simulator = await start({ seed });
console.log((performance.now() - begun) / 1000, simulator.calendar.events('${CALENDAR}').length);
await simulator.close();`;

/** Seconds that `start` takes with a seed of so many events, in a process of its own. */
function loadSeconds(library: string, seed: object, events: number): number {
  const ran = spawnSync(process.execPath, ['--input-type=module', '--eval', LOAD, library], {
    input: JSON.stringify(seed),
    encoding: 'utf8',
  });
  const [seconds, loaded] = ran.stdout.split(' ').map(Number);
  if (seconds === undefined || loaded !== events)
    throw new Error(`the seed was not loaded: ${ran.stdout}${ran.stderr}`);
  return seconds;
}

/** A calendar in Berlin with meetings of an hour, one after the other. */
function seedOf(count: number, member: 'events' | 'recorded'): object {
  const at = (hour: number) => ({ dateTime: new Date(Date.UTC(2027, 0, 4, hour)).toISOString() });
  const events = Array.from({ length: count }, (_, n) => ({
    ...(member === 'recorded' && { id: `event${n}`, status: 'confirmed' }),
    summary: `Talk ${n}`,
    start: at(n),
    end: at(n + 1),
  }));
  return { calendars: [{ id: CALENDAR, timeZone: 'Europe/Berlin', [member]: events }] };
}

/** A server that says in its first line where it is. */
async function run(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const url = /http:\/\/[\d.]+:\d+\//.exec(String(line))?.[0];
  if (url === undefined) throw new Error(`${args.join(' ')} said no address: ${String(line)}`);
  child.stdout.resume();
  return { child, url };
}
