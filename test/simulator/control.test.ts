/** What a test can decide about the simulator: its clock, its content, its users, its faults; over HTTP and in the process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Seed, type Simulator, start } from '../../simulator/src/index.ts';

const TALK = {
  summary: 'Talk',
  start: { dateTime: '2027-02-01T10:00:00Z' },
  end: { dateTime: '2027-02-01T11:00:00Z' },
};
const SEED: Seed = {
  random: 7,
  clock: '2027-01-20T09:00:00Z',
  tokens: { 'ya29.bob': 'bob@example.com' },
  calendars: [
    {
      id: 'alice@example.com',
      events: [TALK, { ...TALK, visibility: 'private' }],
      roles: { 'bob@example.com': 'reader' },
    },
    { id: 'team@group.calendar.google.com', owner: 'alice@example.com', summary: 'Team', timeZone: 'Europe/Berlin' },
  ],
};

let simulator: Simulator;
beforeEach(async () => {
  simulator = await start({ seed: SEED });
});
afterEach(() => simulator.close());

async function call(method: string, path: string, body?: unknown, token = 'ya29.alice') {
  const answer = await fetch(simulator.url + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

const EVENTS = '/calendar/v3/calendars/primary/events';

describe('the seed', () => {
  test('gives the same ids and etags each time, after a reset too', async () => {
    const first = simulator.view('alice@example.com');
    await call('POST', EVENTS, TALK);
    const third = simulator.view('alice@example.com')[0]?.events[0]?.id;
    await call('POST', '/control/reset');
    expect(simulator.view('alice@example.com')).toEqual(first);
    const { body } = await call('POST', EVENTS, TALK);
    expect(body.id).toBe(third);
    const other = await start({ seed: SEED });
    expect(other.view('alice@example.com')).toEqual(first);
    await other.close();
  });

  test('tells tokens apart: a known one is its user, any other the default user', async () => {
    expect((await call('GET', '/calendar/v3/users/me/calendarList')).body.items).toHaveLength(2);
    const bob = await call('GET', '/calendar/v3/calendars/alice@example.com/events', undefined, 'ya29.bob');
    expect(bob.body.accessRole).toBe('reader');
    expect((await call('GET', '/calendar/v3/calendars/primary', undefined, 'ya29.bob')).body.id).toBe(
      'bob@example.com',
    );
    expect((await call('GET', '/calendar/v3/calendars/primary', undefined, 'user:alice@example.com')).status).toBe(200);
    await call('POST', '/control/tokens', { 'ya29.carol': 'carol@example.com' });
    expect((await call('GET', '/calendar/v3/calendars/primary', undefined, 'ya29.carol')).body.id).toBe(
      'carol@example.com',
    );
  });

  test.each([
    [{ colour: 1 }, 'the seed has an unknown member "colour"'],
    [{ random: 0.5 }, 'random has to be a whole number'],
    [{ clock: 'noon' }, 'The clock cannot stand at noon'],
    [{ calendars: [{ id: 'x' }] }, 'calendars[0].id has to be an address'],
    [{ calendars: [{ id: 'x@y', roles: { a: 'king' } }] }, 'calendars[0].roles.a has to be one of'],
    [{ calendars: [{ id: 'x@y', timeZone: 'Mars/Olympus' }] }, 'calendars[0].timeZone has to be an IANA name'],
    [{ calendars: [{ id: 'x@y', events: [{}] }] }, 'event 0 of x@y is refused: Missing start time.'],
    [[], 'the seed has to be an object'],
  ])('%j is refused in words', async (seed, words) => {
    const answer = await call('POST', '/control/seed', seed);
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(words)]);
  });

  test('describes a calendar that is there already, and leaves alone what it does not name', async () => {
    await call('POST', '/control/seed', { calendars: [{ id: 'alice@example.com', timeZone: 'Europe/Berlin' }] });
    await call('POST', '/control/seed', { calendars: [{ id: 'alice@example.com', summary: 'Alice' }] });
    const { body } = await call('GET', '/calendar/v3/calendars/primary');
    expect(body).toMatchObject({ id: 'alice@example.com', summary: 'Alice', timeZone: 'Europe/Berlin' });
  });

  test('takes recorded items as they are', async () => {
    const recorded = [{ id: 'odd', status: 'cancelled' }];
    await call('POST', '/control/seed', { calendars: [{ id: 'alice@example.com', recorded }] });
    expect((await call('GET', `${EVENTS}?showDeleted=true`)).body.items).toContainEqual(recorded[0]);
  });
});

describe('the clock', () => {
  test('stands still, goes on when told, and runs', async () => {
    const created = async () => (await call('POST', EVENTS, TALK)).body.created;
    expect(await created()).toBe('2027-01-20T09:00:00.000Z');
    await call('POST', '/control/clock', { advanceMs: 3_600_000 });
    expect(await created()).toBe('2027-01-20T10:00:00.000Z');
    await call('POST', '/control/clock', { freeze: '2027-03-01T00:00:00Z' });
    expect(await created()).toBe('2027-03-01T00:00:00.000Z');
    await call('POST', '/control/clock', { run: true });
    const { body } = await call('GET', '/control');
    expect(body.clock).toEqual({ now: expect.stringMatching(/^2027-03-01T00:0/), frozen: false });
  });

  test.each([[{ advanceMs: -1 }], [{ freeze: '3000-01-01' }], [{ speed: 2 }]])('%j is refused', async (wish) => {
    expect((await call('POST', '/control/clock', wish)).status).toBe(400);
  });
});

describe('what a client would see', () => {
  test('is what his listings show, with private details hidden, and meets no fault', () => {
    simulator.calendar.faults.add({ kind: 'error', error: 'backendError' });
    const [seen, ...rest] = simulator.view('bob@example.com', 'alice@example.com');
    expect([seen?.accessRole, seen?.events.map(({ summary }) => summary), rest]).toEqual([
      'reader',
      [undefined, 'Talk'],
      [],
    ]);
    expect(simulator.view('stranger@example.com')).toEqual([]);
  });

  test('is asked for over HTTP with a name', async () => {
    const { body } = await call('GET', '/control/view?user=bob@example.com&calendarId=alice@example.com');
    expect(body).toMatchObject({ user: 'bob@example.com', calendars: [{ accessRole: 'reader' }] });
    expect((await call('GET', '/control/view')).body.detail).toContain('Say whose view');
  });
});

test('what was asked can be read and forgotten, bodies that are no JSON included', async () => {
  await call('POST', `${EVENTS}?sendUpdates=none`, TALK);
  await call('GET', '/calendar/v3/calendars/nobody/events');
  await fetch(simulator.url + EVENTS, { method: 'POST', body: '{' });
  const { body } = await call('GET', '/control/requests');
  const at = '2027-01-20T09:00:00.000Z';
  expect(body.requests).toEqual([
    { at, method: 'POST', target: `${EVENTS}?sendUpdates=none`, body: TALK, status: 200, reason: null },
    { at, method: 'GET', target: '/calendar/v3/calendars/nobody/events', status: 404, reason: 'notFound' },
    { at, method: 'POST', target: EVENTS, body: '{', status: 400, reason: 'parseError' },
  ]);
  await call('DELETE', '/control/requests');
  expect(simulator.requests()).toEqual([]);
});

test('a reset closes the channels, takes the faults away and keeps the address', async () => {
  const { url } = simulator;
  simulator.calendar.faults.add({ kind: 'error', error: 'backendError' });
  await call('POST', '/control/reset');
  expect([(await call('GET', EVENTS)).status, simulator.url]).toEqual([200, url]);
  expect((await call('GET', '/control')).body.channels).toEqual([]);
});

test.each([
  ['GET', '/'],
  ['PUT', '/control'],
  ['GET', '/control/nothing'],
])('%s %s is not found, in words', async (method, path) => {
  const answer = await call(method, path);
  expect([answer.status, typeof answer.body.detail]).toEqual([404, 'string']);
});

test.each(['//', '///x', '/%', '*'])(
  'a target that is no path, such as %s, is answered, and ends nothing',
  async (target) => {
    const status = await new Promise((resolve, reject) => {
      request({ port: simulator.port, path: target }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect([400, 404]).toContain(status);
    expect((await call('GET', '/control')).status).toBe(200);
  },
);

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'simulator-import-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('are put into the calendar of the user, and told of; a reset keeps them', async () => {
    const path = join(folder, 'one.json');
    writeFileSync(path, JSON.stringify({ kind: 'calendar#events', items: [{ id: 'one', ...TALK }] }));
    const other = await start({ imports: [path] });
    expect(other.importReport).toEqual([`${path}: 1 events for alice@example.com`]);
    await other.reset();
    expect(other.view('alice@example.com')[0]?.events.map(({ id }) => id)).toEqual(['one']);
    await other.close();
  });
});

test('a latency is waited for', async () => {
  const slow = await start({ latencyMs: 80 });
  const begun = performance.now();
  await (await fetch(`${slow.url}${EVENTS}`)).text();
  expect(performance.now() - begun).toBeGreaterThanOrEqual(75);
  await slow.close();
});
