/** manageCalendars over HTTP: every answer, good and bad, is one that docs/openapi.json describes; and what each request does. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { installGate } from '../../functions/gate.ts';
import type { ManageServices } from '../../functions/manage/operation.ts';
import { manageCalendarsHandler } from '../../functions/manage-calendars.ts';
import { AccessLost, PushUnsupported, QueueUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf, subjectKeyOf } from '../../shared/domain/ids.ts';
import type { ConnectionSetup, Store } from '../../shared/domain/ports.ts';
import { newCalendar } from '../../shared/domain/state/new-record.ts';
import { meeting, ours } from '../domain/build.ts';
import { damage } from '../flow/damage.ts';
import { World } from '../flow/world.ts';
import { DESCRIBED, faultsOf, type GivenAnswer, operationAt } from '../http-api/document.ts';
import { type SentRequest, send } from '../http-api/send.ts';
import type { Served } from '../listen.ts';
import { serve } from './serve.ts';

const ALICE = '/v1/calendars/alice%40example.com';
const seen = new Set<string>();

let served: Served;
let world: World;
let storeTrouble: Error | undefined;
let queueTrouble: Error | undefined;
let isConnecting = true;

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
  isConnecting = true;
});

/** As far as no browser is needed: what becomes of a link is tried in connect/. */
const CONNECTIONS: ConnectionSetup = {
  consent: {
    scope: 'calendar',
    addressOf: () => 'https://accounts.example.com',
    exchange: async () => {
      throw new Error('nobody comes back here');
    },
    revoke: async () => {},
  },
  terms: {
    keys: [Buffer.alloc(32, 'key').toString('base64')],
    clientId: 'client',
    url: 'https://connect.example.com',
    returnHosts: ['app.example.com'],
  },
};

function services(): ManageServices {
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
    connections: isConnecting ? CONNECTIONS : undefined,
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

type Headers = Readonly<Record<string, string>>;

interface Answer {
  readonly status: number;
  readonly headers: GivenAnswer['headers'];
  // What a JSON answer holds is checked by the schema before a test looks into it.
  readonly body: Record<string, unknown>;
}

/** Calls, and holds the answer against the document. */
async function call(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const type: Headers = body === undefined ? {} : { 'content-type': 'application/json' };
  return answered({ method, path, headers: { ...type, ...headers }, body: bytes });
}

/** An unknown method is answered as the document says for those that the address knows. */
async function answered(request: SentRequest): Promise<Answer> {
  const answer = await send(served.url, request);
  const { status, headers, text } = answer;
  const operation =
    operationAt(request.method, request.path) ??
    DESCRIBED.find(({ method }) => operationAt(method, request.path) !== undefined);
  if (operation !== undefined) {
    expect(faultsOf(operation, answer)).toEqual([]);
    seen.add(`${operation.operationId} ${status}`);
  }
  return { status, headers, body: text === '' ? {} : JSON.parse(text) };
}

async function register(id = 'alice@example.com'): Promise<void> {
  const { status } = await call('PUT', `/v1/calendars/${encodeURIComponent(id)}`, { subject: id });
  expect(status).toBe(201);
  await world.work();
}

test.each(DESCRIBED)('$method $template: a slash at the end names the same', async ({ method, template }) => {
  const path = template.replace(/\{\w+\}/g, 'anna%40example.cz');
  const { status } = await call(method, path);
  expect(status).not.toBe(405);
  expect((await call(method, `${path}/`)).status).toBe(status);
  expect((await call(method, `${path}//`)).status).toBe(404);
});

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
    expect(first.body).toMatchObject({ status: 'disconnected', channel: null, failure: null });
    expect(first.body).toMatchObject({ channelFailure: { reason: 'AccessLost', count: 1 } });
    world.troubles.clear();
    await call('POST', `${ALICE}/resume`);
    await call('PUT', ALICE, { subject: 'alice@example.com' });
    const watched = world.calls.watch;
    expect((await call('PUT', ALICE, { subject: 'alice@example.com' })).body).toMatchObject({ status: 'active' });
    expect(world.calls.watch).toBe(watched);
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
    ['a subject that is no address', { subject: 'alice' }],
    ['half a character in the subject', { subject: '\ud800@example.com' }],
    ['a list', [1]],
  ])('is refused with %s, and says what is missing', async (_, body) => {
    const { status, body: problem } = await call('PUT', ALICE, body);
    expect(status).toBe(400);
    expect(String(problem.detail)).toMatch(/subject|JSON object/);
    expect(await world.store.calendar(calendarKeyOf('alice@example.com'))).toBeUndefined();
  });
  test('a member that comes twice is refused by name', async () => {
    const body = Buffer.from('{"subject":"alice@example.com","subject":"bob@example.com"}');
    const headers = { 'content-type': 'application/json' };
    const { status, body: problem } = await answered({ method: 'PUT', path: ALICE, headers, body });
    expect([status, problem.detail]).toEqual([400, expect.stringContaining('"subject" twice')]);
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
    // A full page that is the last one says so as well.
    expect((await call('GET', '/v1/calendars?pageSize=3')).body.nextPageToken).toBeUndefined();
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

describe('a calendar that was registered under a name that is refused now', () => {
  const path = '/v1/calendars/PRIMARY';
  beforeEach(async () => {
    const record = newCalendar('PRIMARY', 'alice@example.com', 'a hash key', world.clock.now());
    await world.store.transact(async (tx) => tx.putCalendar(record));
  });
  test('is shown and removed', async () => {
    expect((await call('GET', path)).body).toMatchObject({ calendarId: 'PRIMARY' });
    expect((await call('DELETE', path)).status).toBe(204);
    expect(await call('GET', path)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('address') },
    });
    expect((await call('DELETE', path)).status).toBe(400);
  });
  test.each<[string, string, unknown]>([
    ['PUT', path, { subject: 'bob@example.com' }],
    ['POST', `${path}/sync`, undefined],
    ['POST', `${path}/pause`, undefined],
    ['POST', `${path}/resume`, undefined],
    ['PUT', `${path}/bindings/e1`, { conferenceId: 'c-1' }],
  ])('is not changed by %s %s, in any case of letters', async (method, address, body) => {
    for (const name of ['PRIMARY', 'primary', 'Primary']) {
      const { status, body: problem } = await call(method, address.replace('PRIMARY', name), body);
      expect([status, problem.detail]).toEqual([400, expect.stringContaining('use the address of the user')]);
    }
    expect((await call('GET', path)).body).toMatchObject({ subject: 'alice@example.com', status: 'active' });
  });
});

describe('conditions', () => {
  const BOB = { subject: 'bob@example.com' };
  async function tagOf(path = ALICE): Promise<string> {
    return String((await call('GET', path)).headers.etag);
  }

  test('a tag stays while nothing changes, and is the same wherever the calendar is shown', async () => {
    await register();
    const tag = await tagOf();
    expect((await call('HEAD', ALICE)).headers.etag).toBe(tag);
    expect((await call('PUT', ALICE, { subject: 'alice@example.com' })).headers.etag).toBe(tag);
    expect((await call('POST', `${ALICE}/pause`)).headers.etag).not.toBe(tag);
  });
  test.each([ALICE, '/v1/calendars'])('%s is not sent again to somebody who has it', async (path) => {
    await register();
    const tag = await tagOf(path);
    for (const method of ['GET', 'HEAD']) {
      expect(await call(method, path, undefined, { 'if-none-match': `"other", W/${tag}` })).toMatchObject({
        status: 304,
        headers: { etag: tag },
      });
      expect((await call(method, path, undefined, { 'if-match': '"other"' })).status).toBe(412);
      expect((await call(method, path, undefined, { 'if-match': tag, 'if-none-match': '"other"' })).status).toBe(200);
    }
  });
  test('of two back ends that change what both have read, one is told to read again', async () => {
    await register();
    const headers = { 'if-match': await tagOf() };
    const answers = await Promise.all([
      call('PUT', ALICE, BOB, headers),
      call('PUT', ALICE, { subject: 'carol@example.com' }, headers),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await call('GET', ALICE)).body.subject).toBe(winner?.body.subject);
  });
  test.each<[string, string, unknown]>([
    ['PUT', ALICE, BOB],
    ['PUT', ALICE, { subject: 'alice@example.com' }],
    ['DELETE', ALICE, undefined],
    ['POST', `${ALICE}/sync`, { full: true }],
    ['POST', `${ALICE}/sync`, undefined],
    ['POST', `${ALICE}/pause`, undefined],
    ['POST', `${ALICE}/resume`, undefined],
  ])('%s %s with %j does nothing where they do not hold, and is done where they do', async (method, path, body) => {
    await register();
    const tag = await tagOf();
    const stored = await world.store.calendar(calendarKeyOf('alice@example.com'));
    const broken: Headers[] = [
      { 'if-match': `W/${tag}` },
      { 'if-match': '"other"' },
      { 'if-none-match': '*' },
      { 'if-none-match': tag },
    ];
    for (const headers of broken) expect((await call(method, path, body, headers)).status).toBe(412);
    expect(await world.store.calendar(calendarKeyOf('alice@example.com'))).toEqual(stored);
    expect(world.queued).toEqual([]);
    expect(
      (await call(method, path, body, { 'if-match': `"other",${tag}`, 'if-none-match': '"other"' })).status,
    ).toBeLessThan(300);
  });
  test('a calendar is only made with If-None-Match, and only changed with If-Match', async () => {
    expect((await call('PUT', ALICE, BOB, { 'if-match': '*' })).status).toBe(412);
    expect((await call('GET', ALICE)).status).toBe(404);
    expect((await call('PUT', ALICE, BOB, { 'if-none-match': '*' })).status).toBe(201);
    expect((await call('PUT', ALICE, BOB, { 'if-none-match': '*' })).status).toBe(412);
  });
  test('a calendar that is not there is unknown, whatever the conditions', async () => {
    expect((await call('POST', `${ALICE}/pause`, undefined, { 'if-match': '*' })).status).toBe(404);
    expect((await call('DELETE', ALICE, undefined, { 'if-match': '*' })).status).toBe(404);
  });
  test('a binding takes none', async () => {
    await register();
    const { status, body } = await call(
      'PUT',
      `${ALICE}/bindings/e1`,
      { conferenceId: 'c-1' },
      { 'if-none-match': '*' },
    );
    expect([status, body.detail]).toEqual([400, expect.stringContaining('If-None-Match')]);
  });
  test.each(['x', '"a', '"a" "b"', 'w/"a"', '*, "a"'])('%s is no entity tag', async (tag) => {
    await register();
    expect((await call('GET', ALICE, undefined, { 'if-match': tag })).status).toBe(400);
  });
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

const RETURN_TO = 'https://app.example.com/settings';
const ALICES_CONNECTION = '/v1/connections/alice%40example.com';
/** Operations that need nothing to be there. */
const NEEDING_NOTHING = /Calendars$|^registerCalendar$|Connections$|^connectUser$|^forgetSubject$/;
/** Operations that look at no record by its key. */
const OF_NO_RECORD = /Calendars$|Connections$|^connectUser$/;

const OPERATIONS: readonly (readonly [string, string, string, unknown?])[] = [
  ['listCalendars', 'GET', '/v1/calendars'],
  ['headCalendars', 'HEAD', '/v1/calendars'],
  ['getCalendar', 'GET', ALICE],
  ['headCalendar', 'HEAD', ALICE],
  ['registerCalendar', 'PUT', ALICE, { subject: 'alice@example.com' }],
  ['removeCalendar', 'DELETE', ALICE],
  ['syncCalendar', 'POST', `${ALICE}/sync`, { full: true }],
  ['pauseCalendar', 'POST', `${ALICE}/pause`],
  ['resumeCalendar', 'POST', `${ALICE}/resume`],
  ['announceConference', 'PUT', `${ALICE}/bindings/e1`, { conferenceId: 'c-1' }],
  ['listConnections', 'GET', '/v1/connections'],
  ['headConnections', 'HEAD', '/v1/connections'],
  ['connectUser', 'POST', '/v1/connections', { returnTo: RETURN_TO }],
  ['getConnection', 'GET', ALICES_CONNECTION],
  ['headConnection', 'HEAD', ALICES_CONNECTION],
  ['disconnectUser', 'DELETE', ALICES_CONNECTION],
  ['reconnectUser', 'POST', `${ALICES_CONNECTION}/reconnect`, { returnTo: RETURN_TO }],
  ['forgetSubject', 'DELETE', '/v1/subjects/alice%40example.com'],
];

describe.each(OPERATIONS)('%s', (operationId, method, path, body) => {
  test('says that it is worth another try when the database is away', async () => {
    storeTrouble = new StoreUnavailable('the database at 10.0.0.1 is away');
    const { status, headers, body: problem } = await call(method, path, body);
    expect(status).toBe(503);
    expect(headers['retry-after']).toMatch(/^\d+$/);
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
    expect(headers.allow?.split(', ')).toContain(method);
    // Which of the operations of an address the answer is held to does not matter: they all say the same of this one.
    seen.add(`${operationId} 405`);
  });
  test('does not know a calendar that nobody registered, or a user who never connected', async () => {
    if (NEEDING_NOTHING.test(operationId)) return;
    expect((await call(method, path, body)).status).toBe(404);
  });
  test('says of a record that cannot be read that it cannot be read, and not that it is not there', async () => {
    if (OF_NO_RECORD.test(operationId)) return;
    damage(world, calendarKeyOf('alice@example.com'), subjectKeyOf('alice@example.com'));
    const { status, body: problem } = await call(method, path, body);
    expect(status).toBe(500);
    if (method === 'HEAD') return;
    expect(problem).toMatchObject({ title: 'Unreadable record' });
    expect(problem.detail).toContain('unreadable-record');
  });
});

describe('connections', () => {
  beforeEach(() =>
    world.store.transact(async (tx) => {
      const key = subjectKeyOf('alice@example.com');
      const state = { kind: 'disconnected', reason: 'revoked', at: world.clock.now() } as const;
      tx.putConnection({ key, subject: 'alice@example.com', clientId: 'client', state });
    }),
  );

  test('are shown, offered anew and forgotten', async () => {
    for (const [method, path, body, wanted] of [
      ['GET', '/v1/connections', undefined, 200],
      ['HEAD', '/v1/connections', undefined, 200],
      ['GET', ALICES_CONNECTION, undefined, 200],
      ['HEAD', ALICES_CONNECTION, undefined, 200],
      ['POST', '/v1/connections', { returnTo: RETURN_TO }, 201],
      ['POST', `${ALICES_CONNECTION}/reconnect`, { returnTo: RETURN_TO }, 201],
      ['DELETE', ALICES_CONNECTION, undefined, 204],
      ['DELETE', '/v1/subjects/alice%40example.com', undefined, 200],
    ] as const) {
      expect([method, path, (await call(method, path, body)).status]).toEqual([method, path, wanted]);
    }
  });

  test('are off where the installation was not set up for them', async () => {
    isConnecting = false;
    for (const path of ['/v1/connections', `${ALICES_CONNECTION}/reconnect`]) {
      const { status, body } = await call('POST', path, { returnTo: RETURN_TO });
      expect([status, body.title]).toEqual([409, 'Connections are off']);
    }
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

describe.each(OPERATIONS)('%s, before anything is done,', (_, method, path, body) => {
  const json = { 'content-type': 'application/json' };
  const refusals: readonly (readonly [string, number, Partial<SentRequest>])[] = [
    ['a stray % in the address', 400, { path: `${path}%E0%A4` }],
    ['a query that it does not know', 400, { path: `${path}?no=1` }],
    ['no JSON', 400, { headers: json, body: Buffer.from('{"subject": ') }],
    ['more than 64 KiB', 413, { headers: json, body: Buffer.alloc(65_537, 'x') }],
    ['a compressed body', 415, { headers: { ...json, 'content-encoding': 'gzip' }, body: Buffer.from('x') }],
    ['a head of more than 16 KiB', 431, { headers: { 'x-long': 'x'.repeat(17_000) } }],
  ];
  test.each(refusals)('refuses %s with %d', async (_what, wanted, changed) => {
    const bytes = body === undefined ? {} : { headers: json, body: Buffer.from(JSON.stringify(body)) };
    const { status } = await answered({ method, path, ...bytes, ...changed });
    expect(status).toBe(wanted);
    expect(world.store.operations).toEqual({ reads: 0, writes: 0, deletes: 0 });
  });
});

test('an address of nothing is answered as a problem', async () => {
  const { status, headers } = await call('GET', '/v2/calendars');
  expect([status, headers['content-type']?.split(';')[0]]).toEqual([404, 'application/problem+json']);
});

/** Given by Cloud Run, and after twenty seconds. */
const ELSEWHERE = / (?:401|403|408)$/;

test('every other answer that the document describes was given above', () => {
  const described = DESCRIBED.flatMap(({ operationId, responses }) =>
    Object.keys(responses).map((status) => `${operationId} ${status}`),
  );
  expect(described.filter((one) => !seen.has(one) && !ELSEWHERE.test(one))).toEqual([]);
});
