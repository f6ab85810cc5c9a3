import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fieldsOf } from '../../../sandbox/console/seen-event.ts';
import { ALICE, type FakeSandbox, startFakeSandbox } from './fake-world.ts';

let sandbox: FakeSandbox;

beforeEach(async () => {
  sandbox = await startFakeSandbox();
});

afterEach(async () => {
  await sandbox.close();
});

function get(path: string): Promise<Response> {
  return fetch(`${sandbox.root}${path}`);
}

function send(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${sandbox.root}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function readState(): Promise<Readonly<Record<string, unknown>>> {
  return fieldsOf(await (await get('/console/state')).json());
}

async function insert(summary = 'Plan'): Promise<Readonly<Record<string, unknown>>> {
  const answer = await send('POST', `/console/calendar/v3/calendars/${ALICE}/events?conferenceDataVersion=1`, {
    summary,
    start: { dateTime: '2027-03-02T09:00:00Z' },
    end: { dateTime: '2027-03-02T10:00:00Z' },
    conferenceData: {
      conferenceId: 'c-1',
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: 'https://meet.example.com/c-1' }],
    },
  });
  expect(answer.status).toBe(200);
  return fieldsOf(await answer.json());
}

test('a target that is no path is left to others, and ends nothing', async () => {
  const { port } = new URL(sandbox.root);
  const status = await new Promise((resolve, reject) => {
    httpRequest({ port, path: '//' }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect([status, (await get('/console')).status]).toEqual([418, 200]);
});

/** Reads the stream until an event of the type says what is looked for. */
async function nextEvent(
  response: Response,
  type: string,
  isWanted: (data: unknown) => boolean,
): Promise<{ id: string; data: unknown }> {
  if (response.body === null) throw new Error('no stream');
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (const frame of text.split('\n\n').slice(0, -1)) {
      const lines = new Map(
        frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const data: unknown = JSON.parse(lines.get('data') ?? 'null');
      if (lines.get('event') === type && isWanted(data)) return { id: lines.get('id') ?? '', data };
    }
  }
  throw new Error(`the stream ended without ${type}`);
}

describe('the files', () => {
  test('are the page and the calendar component, and nothing beside them can be read', async () => {
    const page = await get('/');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    const named = [...text.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(6);
    for (const path of named) expect([path, (await get(path)).status]).toEqual([path, 200]);
    for (const path of [
      '/console/page/../serve-console.ts',
      '/console/page/%2e%2e/files.ts',
      '/console/assets/fullcalendar/package.json',
      '/console/nothing',
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  test('of the page import only files that are served', async () => {
    for (const name of [
      'console',
      'calendar-view',
      'conference-list',
      'event-dialog',
      'timeline',
      'trouble',
      'fault-panel',
      'calendar-bar',
      'state',
    ]) {
      const source = await (await get(`/console/page/${name}.js`)).text();
      for (const [, file] of source.matchAll(/from '\.\/([^']+)'/g)) {
        expect([file, (await get(`/console/page/${file}`)).status]).toEqual([file, 200]);
      }
    }
  });

  test('other paths are left to other listeners', async () => {
    expect((await get('/conference/conferences')).status).toBe(418);
    expect((await get('/consoles')).status).toBe(418);
  });
});

describe('strangers', () => {
  test('a page of another site is refused', async () => {
    const answer = await send('POST', '/console/actions/reset', {}, { origin: 'https://evil.example.com' });
    expect(answer.status).toBe(403);
  });

  test('a name that somebody else points to this machine is refused', async () => {
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${sandbox.root}/console/state`, { headers: { host: 'evil.example.com' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe('the state', () => {
  test('shows an event that its conference system does not know as a difference', async () => {
    await readState();
    const { id } = await insert();
    const { board, changes, calendars } = await readState();
    expect(calendars).toMatchObject([{ calendarId: ALICE, status: 'active', hasSyncToken: true, channel: 'none' }]);
    expect(board).toMatchObject([
      { conferenceId: 'c-1', conference: null, differences: [{ what: 'state' }], events: [{ eventId: id }] },
    ]);
    expect(changes).toMatchObject([{ eventId: id, edit: 'created', conferenceIds: ['c-1'], outcome: 'moving' }]);
  });

  test('shows an open conference that no event carries as a mismatch', async () => {
    sandbox.deliver(1);
    expect((await readState()).board).toMatchObject([
      { state: 'mismatch', differences: [{ calendar: null }], events: [] },
    ]);
  });

  test('is in step for an event and a conference that are the same', async () => {
    const event = await insert();
    const told = { title: 'Plan', start: event.start, end: event.end };
    const body = { calendarId: ALICE, eventId: event.id };
    sandbox.conferences.receiveVerified('msg_1', JSON.stringify(updatedWith(told, body)));
    expect((await readState()).board).toMatchObject([{ state: 'in-step', differences: [] }]);
  });
});

describe('the stream', () => {
  test('tells of a change as soon as it is made', async () => {
    const { lastId } = await readState();
    const stream = await get(`/console/events?after=${String(lastId)}`);
    await insert();
    const isOurs = (data: unknown): boolean => JSON.stringify(data).includes('c-1');
    expect((await nextEvent(stream, 'board', isOurs)).data).toMatchObject({ rows: [{ conferenceId: 'c-1' }] });
  });

  test('goes on where a page lost it', async () => {
    const { lastId } = await readState();
    await insert();
    sandbox.deliver(1);
    const first = await nextEvent(await get(`/console/events?after=${String(lastId)}`), 'changes', () => true);
    const again = await fetch(`${sandbox.root}/console/events`, {
      headers: { 'last-event-id': String(Number(first.id) - 1) },
    });
    expect(await nextEvent(again, 'changes', () => true)).toEqual(first);
  });

  test('asks for a fresh start where it does not reach back so far', async () => {
    const stream = await get('/console/events?after=1');
    expect(await nextEvent(stream, 'reload', () => true)).toBeDefined();
  });

  test('ends with the console', async () => {
    const stream = await get('/console/events');
    const read = stream.text().then(
      () => 'ended',
      () => 'ended',
    );
    await sandbox.close();
    expect(await read).toBe('ended');
    sandbox = await startFakeSandbox();
  });
});

describe('actions', () => {
  test('a fault is thrown and taken back, and the state shows it', async () => {
    for (const on of [true, false]) {
      expect((await send('POST', '/console/actions/fault', { id: 'conference-down', on })).status).toBe(204);
      expect(sandbox.conferences.behaviour()).toEqual(on ? [{ kind: 'fail', status: 503 }] : []);
      expect((await readState()).faults).toContainEqual(
        expect.objectContaining({ id: 'conference-down', state: on ? 'on' : 'off' }),
      );
    }
  });

  test('a fault for the next notification is armed until one was lost, beside the one that loses all', async () => {
    await send('POST', '/console/actions/fault', { id: 'calendar-drop-next', on: true });
    await send('POST', '/console/actions/fault', { id: 'calendar-drop-all', on: true });
    await send('POST', '/console/actions/fault', { id: 'calendar-drop-next', on: false });
    expect(sandbox.calendar.faults.list()).toEqual([{ kind: 'dropNotification' }]);
  });

  test('every fault that is offered can be thrown', async () => {
    const { faults } = await readState();
    const ids = Array.isArray(faults) ? faults.map((fault) => fieldsOf(fault).id) : [];
    expect(ids.length).toBeGreaterThan(10);
    for (const id of ids) {
      expect([id, (await send('POST', '/console/actions/fault', { id, on: true })).status]).toEqual([id, 204]);
    }
    expect(sandbox.worker).toEqual({ paused: true, killed: true });
  });

  test('a dead letter is shown until it is sent again', async () => {
    sandbox.letters.push({ id: 'l1', reason: 'not JSON', at: 0, attempt: 1, data: '{' });
    expect((await readState()).trouble).toMatchObject({ deadLetters: [{ id: 'l1' }] });
    expect((await send('POST', '/console/actions/replay-dead-letter', { id: 'l1' })).status).toBe(204);
    expect((await readState()).trouble).toMatchObject({ deadLetters: [] });
  });

  test.each([
    ['fault', { id: 'nonsense', on: true }, 404],
    ['fault', { id: 'kill' }, 400],
    ['drop-dead-letter', {}, 400],
    ['nonsense', {}, 404],
  ])('%s with %j is refused with a reason', async (name, body, status) => {
    const answer = await send('POST', `/console/actions/${name}`, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) });
  });

  test('cannot be run by following a link', async () => {
    expect((await get('/console/actions/reset')).status).toBe(405);
  });
});

describe('the add-on', () => {
  const wish = { calendarId: ALICE, eventId: 'e1', solutionName: 'My Web Conference' };

  test('makes what is put into an event', async () => {
    const answer = await send('POST', '/console/add-on/conferences', wish);
    expect(await answer.json()).toEqual({ conferenceData: { conferenceId: 'c-1' } });
  });

  test('says why it makes none', async () => {
    const answer = await send('POST', '/console/add-on/conferences', { ...wish, solutionName: 'Broken' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('Try again') });
  });

  test('needs an event', async () => {
    const answer = await send('POST', '/console/add-on/conferences', { calendarId: ALICE });
    expect(answer.status).toBe(400);
  });
});

describe('the two doors', () => {
  test('the manage API is reached with method, path and answer as they are', async () => {
    const answer = await send('POST', `/console/manage/v1/calendars/${ALICE}/sync`, { full: true });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ asked: `POST /v1/calendars/${ALICE}/sync` });
    expect((await get('/console/manage/healthz')).status).toBe(404);
  });

  test('a fault that strikes requests spares the page and is still there for the service', async () => {
    await send('POST', '/console/actions/fault', { id: 'calendar-fail-next', on: true });
    await insert();
    await readState();
    expect(sandbox.calendar.faults.list()).toMatchObject([{ kind: 'error', next: 3 }]);
    const path = `/calendar/v3/calendars/${ALICE}/events`;
    expect(sandbox.calendar.handle({ method: 'GET', path }).status).toBe(503);
  });

  test('an edit on the page that was made from an older state is refused', async () => {
    const { id } = await insert();
    const answer = await send(
      'PATCH',
      `/console/calendar/v3/calendars/${ALICE}/events/${String(id)}`,
      { summary: 'Late' },
      { 'if-match': '"1"' },
    );
    expect(answer.status).toBe(412);
  });
});

function updatedWith(event: object, data: object): object {
  return {
    type: 'conference.updated',
    timestamp: '2027-03-01T08:00:00.000Z',
    data: {
      conferenceId: 'c-1',
      revision: 1,
      changed: ['title'],
      event: {
        description: null,
        location: null,
        recurrence: null,
        organizer: null,
        visibility: 'default',
        parameters: {},
        ...event,
      },
      ...data,
    },
  };
}
