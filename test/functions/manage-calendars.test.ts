/** manageCalendars over HTTP: every answer, good and bad, is one that docs/openapi.json describes; and what each request does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { installGate } from '../../functions/gate.ts';
import { manageCalendarsHandler } from '../../functions/manage-calendars.ts';
import { AccessLost, PushUnsupported, QueueUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { CalendarServices, Store } from '../../shared/domain/ports.ts';
import { meeting, ours } from '../domain/build.ts';
import { damage } from '../flow/damage.ts';
import { World } from '../flow/world.ts';
import type { Served } from '../listen.ts';
import { serve } from './serve.ts';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

const document: { paths: Record<string, Record<string, Operation>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8'),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('date-time', (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text));
ajv.addSchema(document, 'api');

const METHODS = ['get', 'put', 'post', 'delete'];
const ALICE = '/v1/calendars/alice%40example.com';
const seen = new Set<string>();

let served: Served;
let world: World;
let storeTrouble: Error | undefined;
let queueTrouble: Error | undefined;

let uninstall: () => void;

beforeAll(async () => {
  uninstall = installGate('manageCalendars');
  served = await serve((request, response) => manageCalendarsHandler(services())(request, response));
});
afterAll(async () => {
  uninstall();
  await served.close();
});
beforeEach(() => {
  world = new World();
  storeTrouble = undefined;
  queueTrouble = undefined;
});

function services(): CalendarServices {
  const { store, queue } = world.services;
  return {
    ...world.services,
    store: troubled(store, () => storeTrouble),
    queue: {
      async publish(message, lane) {
        if (queueTrouble !== undefined) throw queueTrouble;
        return queue.publish(message, lane);
      },
    },
  };
}

function troubled(store: Store, trouble: () => Error | undefined): Store {
  return new Proxy(store, {
    get(target, name) {
      const error = trouble();
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...parts: unknown[]) => {
        if (error !== undefined) throw error;
        return Reflect.apply(method, target, parts);
      };
    },
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What a JSON answer holds is checked by the schema before a test looks into it.
  readonly body: Record<string, unknown>;
}

/** Calls, and holds the answer against the document. */
async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(served.url + path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const template = Object.keys(document.paths).find((known) => patternOf(known).test(path.split('?')[0] ?? ''));
  if (template !== undefined) conform(template, method, response, text);
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
}

function conform(template: string, method: string, response: Response, text: string): void {
  const operations = document.paths[template] ?? {};
  // An unknown method is answered as the document says for those that the address knows.
  const operation =
    operations[method.toLowerCase()] ?? Object.entries(operations).find(([m]) => METHODS.includes(m))?.[1];
  const status = String(response.status);
  expect(Object.keys(operation?.responses ?? {})).toContain(status);
  seen.add(`${operation?.operationId} ${status}`);
  if (response.status === 204) {
    expect(text).toBe('');
    return;
  }
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const key = METHODS.find((known) => operations[known] === operation) ?? '';
  const isProblem = response.status >= 400;
  expect(type).toBe(isProblem ? 'application/problem+json' : 'application/json');
  const pointer = isProblem
    ? 'api#/components/schemas/Problem'
    : `api#/paths/${escaped(template)}/${key}/responses/${status}/content/application~1json/schema`;
  const isValid = ajv.validate(pointer, JSON.parse(text));
  expect(isValid ? [] : ajv.errors).toEqual([]);
  if (isProblem) expect(JSON.parse(text)).toMatchObject({ status: response.status });
}

function escaped(template: string): string {
  return encodeURIComponent(template.replaceAll('~', '~0').replaceAll('/', '~1'));
}

async function register(id = 'alice@example.com'): Promise<void> {
  const { status } = await call('PUT', `/v1/calendars/${encodeURIComponent(id)}`, { subject: id });
  expect(status).toBe(201);
  await world.work();
}

describe('registering', () => {
  test('makes the calendar, its channel and its first sync', async () => {
    const { status, body } = await call('PUT', ALICE, { subject: 'alice@example.com' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      calendarId: 'alice@example.com',
      status: 'active',
      channel: { provenAt: null },
      hasSyncToken: false,
    });
    await world.work();
    expect((await call('GET', ALICE)).body).toMatchObject({ hasSyncToken: true, isSyncing: false });
  });
  test('a second time costs one read, no write, no call and no message', async () => {
    await register();
    const before = { ...world.store.operations, ...world.calls };
    const { status } = await call('PUT', ALICE, { subject: 'alice@example.com' });
    expect(status).toBe(200);
    expect({ ...world.store.operations, ...world.calls }).toEqual({ ...before, reads: before.reads + 1 });
    expect(world.queued).toEqual([]);
  });
  test('again after the channel was lost opens exactly one', async () => {
    world.troubles.set('watch', new AccessLost('events.watch: status 401'));
    const first = await call('PUT', ALICE, { subject: 'alice@example.com' });
    expect(first.body).toMatchObject({ status: 'disconnected', channel: null, failure: { reason: 'AccessLost' } });
    world.troubles.clear();
    await call('POST', `${ALICE}/resume`);
    await call('PUT', ALICE, { subject: 'alice@example.com' });
    const watched = world.calls.watch;
    expect((await call('PUT', ALICE, { subject: 'alice@example.com' })).body).toMatchObject({ status: 'active' });
    expect(world.calls.watch).toBe(watched);
  });
  test('primary is the calendar of the subject', async () => {
    const { body } = await call('PUT', '/v1/calendars/primary', { subject: 'alice@example.com' });
    expect(body).toMatchObject({ calendarId: 'alice@example.com' });
  });
  test('upper and lower case name one calendar', async () => {
    await register();
    expect((await call('GET', '/v1/calendars/Alice%40Example.com')).status).toBe(200);
  });
  test('a calendar without notifications is registered all the same', async () => {
    world.troubles.set('watch', new PushUnsupported('events.watch: status 400'));
    const { status, body } = await call('PUT', ALICE, { subject: 'alice@example.com' });
    expect([status, body.status, body.channel]).toEqual([201, 'unsupported-push', null]);
  });
  test.each([
    ['no body', undefined],
    ['no subject', {}],
    ['a subject that is no text', { subject: 17 }],
    ['an empty subject', { subject: '' }],
    ['a blank subject', { subject: '  ' }],
    ['a list', [1]],
  ])('is refused with %s, and says what is missing', async (_, body) => {
    const { status, body: problem } = await call('PUT', ALICE, body);
    expect(status).toBe(400);
    expect(String(problem.detail)).toMatch(/subject|JSON object/);
    expect(await world.store.calendar(calendarKeyOf('alice@example.com'))).toBeUndefined();
  });
});

describe('announcing a conference', () => {
  test('makes the conference known before its event, and once', async () => {
    await register();
    const first = await call('PUT', `${ALICE}/bindings/e1`, { conferenceId: 'c-1' });
    expect(first.body).toEqual({
      eventId: 'e1',
      conferenceId: 'c-1',
      kind: 'event',
      state: 'announced',
      isPending: false,
      failure: null,
    });
    expect((await call('PUT', `${ALICE}/bindings/e1`, { conferenceId: 'c-1' })).body).toEqual(first.body);
    const conference = await world.store.conference(conferenceKeyOf('c-1'));
    expect(conference).toMatchObject({ leader: calendarKeyOf('alice@example.com'), liveCount: 0 });
  });
  test('the event then takes it over', async () => {
    await register();
    await call('PUT', `${ALICE}/bindings/e1`, { conferenceId: 'c-1' });
    world.put('alice@example.com', meeting('e1', ours('c-1')));
    await world.notify('alice@example.com');
    await world.work();
    const { body } = await call('PUT', `${ALICE}/bindings/e1`, { conferenceId: 'c-1' });
    expect(body).toMatchObject({ state: 'live', isPending: false });
    expect(world.told.map(({ change }) => change.type)).toEqual(['conference.updated']);
  });
});

describe('looking', () => {
  test('the list comes in pages and by status', async () => {
    const ids = ['a@example.com', 'b@example.com', 'c@example.com'];
    for (const id of ids) await register(id);
    await call('POST', '/v1/calendars/b%40example.com/pause');
    const first = await call('GET', '/v1/calendars?pageSize=2');
    expect(first.body.calendars).toHaveLength(2);
    const rest = await call('GET', `/v1/calendars?pageSize=2&pageToken=${first.body.nextPageToken}`);
    expect(rest.body.calendars).toHaveLength(1);
    expect(rest.body.nextPageToken).toBeUndefined();
    const paused = await call('GET', '/v1/calendars?status=paused');
    expect(paused.body.calendars).toMatchObject([{ calendarId: 'b@example.com' }]);
  });
  test.each(['pageSize=0', 'pageSize=501', 'pageSize=x', 'pageToken=!', 'status=gone'])(
    'the list refuses %s',
    async (query) => {
      const { status, body } = await call('GET', `/v1/calendars?${query}`);
      expect([status, String(body.detail)]).toEqual([400, expect.stringContaining(query.split('=')[0] ?? '')]);
    },
  );
});

describe('telling', () => {
  test('sync asks on the upkeep lane, even for what is covered', async () => {
    await register();
    const lists = world.calls.list;
    expect((await call('POST', `${ALICE}/sync`)).status).toBe(202);
    expect(world.queued).toMatchObject([{ lane: 'upkeep', message: { cause: 'resync', force: true } }]);
    await world.work();
    expect(world.calls.list).toBe(lists + 1);
  });
  test('full forgets the token, resend tells everything again', async () => {
    world.put('alice@example.com', meeting('e1', ours('c-1')));
    await register();
    const { body } = await call('POST', `${ALICE}/sync`, { full: true });
    expect(body.hasSyncToken).toBe(false);
    await world.work();
    expect(world.told).toHaveLength(1);
    await call('POST', `${ALICE}/sync`, { resend: true });
    await world.work();
    expect(world.told).toHaveLength(2);
  });
  test('what is paused is not listed, and resume lists it', async () => {
    await register();
    expect((await call('POST', `${ALICE}/pause`)).body.status).toBe('paused');
    const lists = world.calls.list;
    await world.notify('alice@example.com');
    await world.work();
    expect(world.calls.list).toBe(lists);
    expect((await call('POST', `${ALICE}/resume`)).body.status).toBe('active');
    await world.work();
    expect(world.calls.list).toBe(lists + 1);
  });
  test('removing stops the channel and cancels nothing', async () => {
    world.put('alice@example.com', meeting('e1', ours('c-1')));
    await register();
    expect((await call('DELETE', ALICE)).status).toBe(204);
    expect(world.calls.stop).toBe(1);
    expect((await call('GET', ALICE)).status).toBe(404);
    expect(world.told.map(({ change }) => change.type)).toEqual(['conference.updated']);
  });
});

test.each([
  ['POST', `${ALICE}/sync`, { full: 'yes' }, 'full'],
  ['POST', `${ALICE}/sync`, { resend: 1 }, 'resend'],
  ['PUT', `${ALICE}/bindings/e1`, {}, 'conferenceId'],
  ['PUT', `${ALICE}/bindings/e1`, { conferenceId: 'x'.repeat(1_025) }, 'conferenceId'],
])('%s %s with %j is refused in words about %s', async (method, path, body, part) => {
  await register();
  const { status, body: problem } = await call(method, path, body);
  expect(status).toBe(400);
  expect(String(problem.detail)).toContain(part);
});

const OPERATIONS: readonly (readonly [string, string, string, unknown?])[] = [
  ['listCalendars', 'GET', '/v1/calendars'],
  ['getCalendar', 'GET', ALICE],
  ['registerCalendar', 'PUT', ALICE, { subject: 'alice@example.com' }],
  ['removeCalendar', 'DELETE', ALICE],
  ['syncCalendar', 'POST', `${ALICE}/sync`, { full: true }],
  ['pauseCalendar', 'POST', `${ALICE}/pause`],
  ['resumeCalendar', 'POST', `${ALICE}/resume`],
  ['announceConference', 'PUT', `${ALICE}/bindings/e1`, { conferenceId: 'c-1' }],
];

describe.each(OPERATIONS)('%s', (operationId, method, path, body) => {
  test('says that it is worth another try when the database is away', async () => {
    storeTrouble = new StoreUnavailable('the database at 10.0.0.1 is away');
    const { status, body: problem } = await call(method, path, body);
    expect(status).toBe(503);
    expect(JSON.stringify(problem)).not.toContain('10.0.0.1');
  });
  test('tells nothing of a bug but that there is one', async () => {
    storeTrouble = new TypeError('secret');
    const { status, body: problem } = await call(method, path, body);
    expect(status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(world.lastLine('failure').where).toBe('manageCalendars');
  });
  test('is one of several methods, and others are named', async () => {
    const { status, headers } = await call('PATCH', path);
    expect(status).toBe(405);
    expect(headers.get('allow')?.split(', ')).toContain(method);
    seen.add(`${operationId} 405`);
  });
  test('does not know a calendar that nobody registered', async () => {
    if (operationId === 'listCalendars' || operationId === 'registerCalendar') return;
    expect((await call(method, path, body)).status).toBe(404);
  });
  test('says of a calendar that cannot be read that it cannot be read, and not that it is not there', async () => {
    if (operationId === 'listCalendars') return;
    damage(world, calendarKeyOf('alice@example.com'));
    const { status, body: problem } = await call(method, path, body);
    expect(status).toBe(500);
    expect(problem).toMatchObject({ title: 'Unreadable record' });
    expect(problem.detail).toContain('unreadable-record');
  });
});

test('a broker that is away is worth another try, and the first one was not for nothing', async () => {
  queueTrouble = new QueueUnavailable('the broker is away');
  expect((await call('PUT', ALICE, { subject: 'alice@example.com' })).status).toBe(503);
  queueTrouble = undefined;
  expect((await call('PUT', ALICE, { subject: 'alice@example.com' })).status).toBe(200);
  await world.clock.runTo(world.clock.now() + 60_000);
  await world.renew();
  expect((await call('GET', ALICE)).body).toMatchObject({ hasSyncToken: true });
});

test('a body that is not JSON is refused in words, before anything is done', async () => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(served.url + ALICE, { method: 'PUT', headers, body: '{"subject": ' });
  conform('/v1/calendars/{calendarId}', 'PUT', response, await response.text());
  expect(response.status).toBe(400);
  expect(world.store.operations).toEqual({ reads: 0, writes: 0, deletes: 0 });
});

const WITH_BODIES = OPERATIONS.filter(([, , , body]) => body !== undefined);
test.each<readonly [string, number, readonly (readonly [string, string, string, unknown?])[], string, RequestInit]>([
  ['a stray % in the address', 400, OPERATIONS.filter(([, , path]) => path.includes('%40')), '%E0%A4', {}],
  ['more than 64 KiB', 413, WITH_BODIES, '', { body: 'x'.repeat(65_537) }],
  ['a compressed body', 415, WITH_BODIES, '', { body: 'x', headers: { 'content-encoding': 'gzip' } }],
])('%s is refused with a bare %d, before anything is done', async (_, status, operations, end, init) => {
  for (const [operationId, method, path] of operations) {
    const address = served.url + path.replace('%40example.com', `%40example.com${end}`);
    const response = await fetch(address, { ...init, method });
    expect([operationId, response.status, await response.text()]).toEqual([operationId, status, '']);
    seen.add(`${operationId} ${status}`);
  }
  expect(world.store.operations).toEqual({ reads: 0, writes: 0, deletes: 0 });
});

test('an address of nothing is answered as a problem', async () => {
  const { status, headers } = await call('GET', '/v2/calendars');
  expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([404, 'application/problem+json']);
});

test('every answer that the document describes was given above, but for the one that takes twenty seconds', () => {
  const described = Object.values(document.paths).flatMap((operations) =>
    Object.entries(operations)
      .filter(([method]) => METHODS.includes(method))
      .flatMap(([, { operationId, responses }]) => Object.keys(responses).map((status) => `${operationId} ${status}`)),
  );
  expect(described.filter((one) => !seen.has(one) && !one.endsWith(' 408'))).toEqual([]);
});
