/** `npm run compare`, with a simulator in Google's place: what it finds, what it leaves behind, and what it never does or says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { differencesOf } from '../../simulator/compare/differences.ts';
import { type Simulator, start } from '../../simulator/src/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CALENDAR = 'scratch@group.calendar.google.com';
const TOKEN = 'ya29.secret';

let google: Simulator;
beforeEach(async () => {
  const calendar = { id: CALENDAR, owner: 'alice@example.com', summary: 'Private plans', timeZone: 'Asia/Tokyo' };
  google = await start({ seed: { calendars: [calendar] } });
});
afterEach(() => google.close());

async function compare(args: readonly string[] = ['--yes'], token = TOKEN) {
  const program = [join(ROOT, 'simulator/compare/compare.ts'), '--calendar', CALENDAR, '--google', google.url, ...args];
  // Without a PATH there is no gcloud to ask.
  const env = { PATH: '', ...(token !== '' && { GOOGLE_OAUTH_ACCESS_TOKEN: token }) };
  const child = spawn(process.execPath, program, { env });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status: child.exitCode, stdout, stderr };
}

const eventsLeft = (): number => google.calendar.events(CALENDAR).filter(({ status }) => status !== 'cancelled').length;
const writes = (): number => google.requests().filter(({ method }) => method !== 'GET').length;

describe('a comparison', () => {
  test('finds nothing between two of the same, and leaves nothing behind', async () => {
    const { status, stdout, stderr } = await compare();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d+ requests: 0 differences, and 0 that are explained\n$/);
    expect(writes()).toBeGreaterThan(10);
    expect(eventsLeft()).toBe(0);
  }, 30_000);

  test('prints what differs by place and value, without the token and what is in the calendar', async () => {
    google.calendar.configure({ tombstones: 'rich' });
    google.calendar.faults.add({ kind: 'error', error: 'backendError', path: '/colors$', next: 1 });
    const { status, stdout, stderr } = await compare();
    expect(stdout).toContain('differs    read the colours: status: 500 at Google, 200 here\n');
    expect(stdout).toContain('differs    list what was deleted: items[].start: object at Google, absent here\n');
    expect(status).toBe(1);
    expect(stdout + stderr).not.toMatch(/ya29|Private plans|alice|owner@example/);
    expect(eventsLeft()).toBe(0);
  }, 30_000);

  test.each([
    ['without a yes', [], TOKEN, 'Usage: npm run compare'],
    ['without a token', ['--yes'], '', 'There is no access token: set GOOGLE_OAUTH_ACCESS_TOKEN'],
    ['of a calendar that cannot be read', ['--yes', '--calendar', 'x@example.com'], TOKEN, '404 notFound'],
    ['with an address that is none', ['--yes', '--google', 'x'], TOKEN, '--google has to be an address'],
  ])('%s writes nothing and says what is missing', async (_, args, token, words) => {
    const { status, stdout, stderr } = await compare(args, token);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
    expect(writes()).toBe(0);
  });

  test('of a calendar with events in it is refused', async () => {
    google.calendar.load(CALENDAR, [{ id: 'mine', status: 'confirmed', summary: 'Dentist' }]);
    const { status, stderr } = await compare();
    expect([status, stderr]).toEqual([2, expect.stringContaining('The calendar is not empty.')]);
    expect(writes()).toBe(0);
  });
});

describe('a difference', () => {
  const differences = (google: unknown, simulator: unknown) =>
    differencesOf({ status: 200, body: google }, { status: 200, body: simulator }).map(
      ({ place, google: there, simulator: here }) => [place, there, here],
    );

  test.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 'x' }, [['a', 'number', 'string']]],
    [{ a: [] }, { a: {} }, [['a', 'list', 'object']]],
    [{ a: null }, {}, [['a', 'null', 'absent']]],
    [{ items: [1] }, { items: [] }, [['items', '1 of them', '0 of them']]],
    [
      { items: [{ kind: 'a' }, { kind: 'a' }] },
      { items: [{ kind: 'b' }, { kind: 'b' }] },
      [['items[].kind', 'a', 'b']],
    ],
    [{ start: { dateTime: 'x' } }, { start: { dateTime: 'y' } }, [['start.dateTime', 'x', 'y']]],
    [{ id: 'x', summary: 'mine', email: 'a@b.c' }, { id: 'y', summary: 'other', email: 'd@e.f' }, []],
    [
      { calendars: { 'a@b.c': { busy: [] } } },
      { calendars: { 'a@b.c': {} } },
      [['calendars.*.busy', 'list', 'absent']],
    ],
    [undefined, {}, [['body', 'absent', 'object']]],
  ])('of %j and %j', (there, here, expected) => {
    expect(differences(there, here)).toEqual(expected);
  });

  test('of the status is the only one', () => {
    expect(differencesOf({ status: 200, body: { a: 1 } }, { status: 404, body: {} })).toEqual([
      { place: 'status', google: '200', simulator: '404' },
    ]);
  });
});
