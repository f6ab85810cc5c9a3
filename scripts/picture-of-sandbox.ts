/**
 * Makes the README's picture: runs the sandbox, fills a week, loses a notification, and takes a picture while one event is out of step.
 * `node scripts/picture-of-sandbox.ts [FILE]`, by default docs/console.png. It needs a Chromium, like screenshot-console.ts.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runSandbox } from '../sandbox/run-sandbox.ts';

const ALICE = 'alice@example.com';
const FIRST_PORT = 18_080;
const CONSOLE = `http://127.0.0.1:${FIRST_PORT}`;
const DAY_MS = 24 * 3_600_000;
/** Long enough for every change but the lost one to arrive. */
const SETTLE_MS = 4_000;

const ROOT = join(import.meta.dirname, '..');
const file = process.argv[2] ?? join(ROOT, 'docs/console.png');

const sandbox = await runSandbox({
  firstPort: FIRST_PORT,
  hasEmulators: false,
  imports: [],
  env: process.env,
  log: { write: () => undefined },
});
try {
  await send('PUT', `http://127.0.0.1:${sandbox.ports.manageCalendars}/v1/calendars/${ALICE}`, { subject: ALICE });
  await meet(0, 10, 'Planning', ['RRULE:FREQ=DAILY;COUNT=5']);
  await meet(1, 13, 'Interview');
  const review = await meet(2, 14, 'Review');
  await meet(3, 15, 'Retrospective');
  await sleep(SETTLE_MS);
  await send('POST', `${CONSOLE}/calendar/faults`, { add: [{ kind: 'dropNotification', next: 1 }] });
  await send('PATCH', eventsUrl(`/${review}`), { ...times(2, 12), summary: 'Review with Bob' });
  const shot = [join(ROOT, 'scripts/screenshot-console.ts'), CONSOLE, file, '--wait', '2500'];
  await promisify(execFile)(process.execPath, shot);
} finally {
  await sandbox.close();
}

/** An hour on a day of this week, Monday being 0; returns the event's id. */
async function meet(day: number, hour: number, summary: string, recurrence?: readonly string[]): Promise<string> {
  const conferenceId = `c-${summary.toLowerCase()}`;
  const answer = await send('POST', eventsUrl(''), {
    summary,
    ...times(day, hour),
    ...(recurrence !== undefined && { recurrence }),
    conferenceData: {
      conferenceId,
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: `https://meet.example.com/${conferenceId}` }],
    },
  });
  return String(Object.getOwnPropertyDescriptor(answer, 'id')?.value);
}

function times(day: number, hour: number): object {
  const today = new Date();
  const monday =
    Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()) - ((today.getUTCDay() + 6) % 7) * DAY_MS;
  const at = (hours: number): object => ({
    dateTime: new Date(monday + day * DAY_MS + hours * 3_600_000).toISOString(),
    timeZone: 'UTC',
  });
  return { start: at(hour), end: at(hour + 1) };
}

function eventsUrl(path: string): string {
  return `${CONSOLE}/calendar/v3/calendars/${ALICE}/events${path}?conferenceDataVersion=1`;
}

async function send(method: string, url: string, body: unknown): Promise<object> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  const json: unknown = await answer.json();
  return typeof json === 'object' && json !== null ? json : {};
}
