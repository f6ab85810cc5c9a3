/**
 * The simulated Calendar's answers held against the client that real programs use: every field that it sends is one that the types of
 * `googleapis` know, with a value of that type, and the things that Google's documentation promises are there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { meeting, ours, series } from '../domain/build.ts';

const ALICE = 'alice@example.com';
const CALENDAR = `/calendar/v3/calendars/${encodeURIComponent(ALICE)}`;
const declarations = readFileSync(
  join(import.meta.dirname, '../../node_modules/googleapis/build/src/apis/calendar/v3.d.ts'),
  'utf8',
);

/** Fields and their declared types of one schema of the client; inline objects keep their text. */
function fieldsOf(schema: string): ReadonlyMap<string, string> {
  const body = new RegExp(`interface Schema\\$${schema} \\{\\n([\\s\\S]*?)\\n    \\}`).exec(declarations)?.[1];
  if (body === undefined) throw new Error(`googleapis knows no ${schema}`);
  return new Map([...body.matchAll(/^ {8}(\w+)\?: ([\s\S]*?);$/gm)].map(([, name = '', type = '']) => [name, type]));
}

/** Where a value breaks the types, in words. */
function misfits(schema: string, value: unknown, path = schema): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} is no object`];
  const fields = fieldsOf(schema);
  return Object.entries(value).flatMap(([name, inner]) => {
    const type = fields.get(name);
    return type === undefined ? [`${path}.${name} is unknown`] : misfit(type, inner, `${path}.${name}`);
  });
}

function misfit(type: string, value: unknown, path: string): string[] {
  if (type.startsWith('{')) return [];
  const list = /^(.*)\[\]/.exec(type)?.[1] ?? /^Array<(.*)>/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) => misfit(list, item, `${path}[${index}]`));
  }
  const schema = /^Schema\$(\w+)/.exec(type)?.[1];
  if (schema !== undefined) return misfits(schema, value, path);
  const known = type.split('|').map((one) => one.trim());
  return known.includes(typeof value) || known.includes('any') ? [] : [`${path} is ${typeof value}, not ${type}`];
}

function simulated() {
  const calendar = new SimulatedCalendar({ now: Date.now });
  calendar.addCalendar(ALICE);
  const call = (method: string, path: string, body?: unknown, query: Record<string, string> = {}) =>
    calendar.handle({ method, path, query: new URLSearchParams(query), headers: {}, body });
  return { calendar, call };
}

function bare(item: ReturnType<typeof meeting>) {
  const { etag: _etag, organizer: _organizer, updated: _updated, kind: _kind, ...rest } = item;
  return rest;
}

test('lists, events, instances, calendars and channels have the fields of the client and their types', () => {
  const { call } = simulated();
  const version = { conferenceDataVersion: '1' };
  const inserted = call('POST', `${CALENDAR}/events`, bare(meeting('single0', ours('c1'))), version);
  expect([inserted.status, misfits('Event', inserted.body)]).toEqual([200, []]);
  call('POST', `${CALENDAR}/events`, bare(series('series0', ours('c2'))), version);
  const guest = { attendees: [{ email: 'bob@example.com' }] };
  const patched = call('PATCH', `${CALENDAR}/events/single0`, { ...guest, location: 'Blue' });
  expect(misfits('Event', patched.body)).toEqual([]);
  const instances = call('GET', `${CALENDAR}/events/series0/instances`, undefined, { maxResults: '3' });
  expect(misfits('Events', instances.body)).toEqual([]);
  expect(misfits('Calendar', call('GET', CALENDAR).body)).toEqual([]);
  expect(misfits('CalendarList', call('GET', '/calendar/v3/users/me/calendarList').body)).toEqual([]);
  const watched = call('POST', `${CALENDAR}/events/watch`, {
    id: 'channel-1',
    type: 'web_hook',
    address: 'https://receiver.example.com/',
    token: 't',
    params: { ttl: '3600' },
  });
  expect([watched.status, misfits('Channel', watched.body)]).toEqual([200, []]);
  // As the discovery document has it; strict clients refuse the number.
  expect(watched.body).toMatchObject({ kind: 'api#channel', expiration: expect.stringMatching(/^\d{13}$/) });
});

test('a listing ends in a sync token and never has both tokens', () => {
  const { call } = simulated();
  for (let index = 0; index < 5; index++) call('POST', `${CALENDAR}/events`, bare(meeting(`event0${index}`)));
  const first = call('GET', `${CALENDAR}/events`, undefined, { maxResults: '3' }).body;
  expect(misfits('Events', first)).toEqual([]);
  expect(first).toMatchObject({ nextPageToken: expect.any(String) });
  expect(first).not.toHaveProperty('nextSyncToken');
  const pageToken = String(Object.getOwnPropertyDescriptor(first, 'nextPageToken')?.value);
  const last = call('GET', `${CALENDAR}/events`, undefined, { maxResults: '3', pageToken }).body;
  expect(last).toMatchObject({ nextSyncToken: expect.any(String) });
  expect(last).not.toHaveProperty('nextPageToken');
});

test('a deleted event is listed by its id, to whoever has a sync token, and refuses to be deleted again', () => {
  const { call } = simulated();
  call('POST', `${CALENDAR}/events`, bare(meeting('event00')));
  const listed = call('GET', `${CALENDAR}/events`).body;
  const syncToken = String(Object.getOwnPropertyDescriptor(listed, 'nextSyncToken')?.value);
  expect(call('DELETE', `${CALENDAR}/events/event00`).status).toBe(204);
  const after = call('GET', `${CALENDAR}/events`, undefined, { syncToken }).body;
  expect(after).toMatchObject({ items: [{ id: 'event00', status: 'cancelled' }] });
  expect(call('DELETE', `${CALENDAR}/events/event00`)).toMatchObject({
    status: 410,
    body: { error: { errors: [{ reason: 'deleted' }] } },
  });
});

test.each([
  ['a token that is none', { syncToken: 'nonsense' }, 400, 'invalid'],
  ['a token with a bound', { syncToken: 'nonsense', timeMin: '2027-01-01T00:00:00Z' }, 400, undefined],
])('%s is refused as recorded', (_, query, status, reason) => {
  const { call } = simulated();
  const answer = call('GET', `${CALENDAR}/events`, undefined, query);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ error: { code: status, errors: [reason === undefined ? {} : { reason }] } });
});

test('a write with an old etag is refused, and the event stays as it was', () => {
  const { calendar } = simulated();
  const path = `${CALENDAR}/events/event00`;
  const query = new URLSearchParams();
  calendar.handle({ method: 'POST', path: `${CALENDAR}/events`, query, headers: {}, body: bare(meeting('event00')) });
  const headers = { 'if-match': '"old"' };
  const answer = calendar.handle({ method: 'PATCH', path, query, headers, body: { summary: 'New' } });
  expect(answer).toMatchObject({ status: 412, body: { error: { errors: [{ reason: 'conditionNotMet' }] } } });
  expect(calendar.events(ALICE)[0]).toMatchObject({ summary: 'Meeting event00' });
});
