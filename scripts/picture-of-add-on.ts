/**
 * Makes the picture of docs/add-on.md: runs the sandbox, lets the add-on make a conference for an event, and opens the event's dialog.
 * `node scripts/picture-of-add-on.ts [FILE]`, by default docs/add-on.png. It needs a Chromium, like screenshot-console.ts.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runSandbox } from '../sandbox/run-sandbox.ts';

const ALICE = 'alice@example.com';
const EVENT = 'p1a2n3n4i5n6g7000000000000';
const FIRST_PORT = 18_180;
const CONSOLE = `http://127.0.0.1:${FIRST_PORT}`;
const HOUR_MS = 3_600_000;
/** Long enough for the conference to reach its system. */
const SETTLE_MS = 3_000;

const ROOT = join(import.meta.dirname, '..');
const file = process.argv[2] ?? join(ROOT, 'docs/add-on.png');

const sandbox = await runSandbox({
  firstPort: FIRST_PORT,
  hasEmulators: false,
  imports: [],
  env: process.env,
  log: { write: () => undefined },
});
try {
  const wish = { calendarId: ALICE, eventId: EVENT, solutionName: 'My Web Conference' };
  const added = await post('/console/add-on/conferences', wish);
  await post(`/calendar/v3/calendars/${ALICE}/events?conferenceDataVersion=1`, {
    id: EVENT,
    summary: 'Planning',
    ...timesOfToday(10),
    ...added,
  });
  await sleep(SETTLE_MS);
  const shot = [join(ROOT, 'scripts/screenshot-console.ts'), CONSOLE, file, '--wait', '2500', '--open', 'Planning'];
  await promisify(execFile)(process.execPath, shot);
} finally {
  await sandbox.close();
}

function timesOfToday(hour: number): object {
  const midnight = new Date().setUTCHours(0, 0, 0, 0);
  const at = (hours: number): object => ({
    dateTime: new Date(midnight + hours * HOUR_MS).toISOString(),
    timeZone: 'UTC',
  });
  return { start: at(hour), end: at(hour + 1) };
}

async function post(path: string, body: unknown): Promise<object> {
  const answer = await fetch(CONSOLE + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  const json: unknown = await answer.json();
  return typeof json === 'object' && json !== null ? json : {};
}
