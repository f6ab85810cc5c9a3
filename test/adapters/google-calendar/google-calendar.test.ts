import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccessTokens } from '../../../shared/adapters/google-calendar/access-tokens.ts';
import {
  createGoogleCalendar,
  type GoogleCalendarClient,
} from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { AccessLost } from '../../../shared/domain/errors.ts';
import type { ListQuery } from '../../../shared/domain/ports.ts';
import { testRecorded } from '../../recorded-traffic.ts';
import { googleError, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const ACCESS = { calendarId: 'alice@example.com', subject: 'alice@example.com' };
const FIRST: ListQuery = { syncToken: null, pageToken: null, timeMin: null };
const EMPTY_PAGE = { accessRole: 'owner', nextSyncToken: 'next' };
const EVENT = { id: 'e1', etag: '"1"', status: 'confirmed', conferenceData: { conferenceId: 'c-1' } };

let server: ScriptedServer;
let google: GoogleCalendarClient;

function connect(auth: AccessTokens = createNoAccessTokens(), deadlineMs = 5_000): GoogleCalendarClient {
  return createGoogleCalendar({ auth, rootUrl: server.url, deadlineMs, now: () => 1_000_000 });
}

/** Tokens in the order given; a dropped one is not given again. */
function tokens(...queue: string[]): AccessTokens & { readonly dropped: string[] } {
  const dropped: string[] = [];
  return {
    dropped,
    tokenFor: async () => queue[0] ?? null,
    drop: (_subject, token) => {
      dropped.push(token);
      queue.shift();
    },
  };
}

beforeEach(async () => {
  server = await startScriptedServer();
  google = connect();
});
afterEach(async () => {
  google.close();
  await server.close();
});

describe('list', () => {
  test('a first listing names every parameter of later ones, and the time bound', async () => {
    server.answer({ body: EMPTY_PAGE });
    await google.list(ACCESS, { ...FIRST, timeMin: Date.parse('2026-11-23T10:00:00Z') });
    const [asked] = server.asked;
    expect(asked?.method).toBe('GET');
    expect(asked?.path).toBe('/calendar/v3/calendars/alice%40example.com/events');
    const { fields, quotaUser, ...rest } = asked?.query ?? {};
    expect(rest).toEqual({
      singleEvents: 'false',
      showDeleted: 'true',
      maxResults: '250',
      timeMin: '2026-11-23T10:00:00.000Z',
    });
    expect(fields).toMatch(/^nextPageToken,nextSyncToken,accessRole,items\(/);
    expect(quotaUser).toMatch(/^[\w-]{32}$/);
    expect(asked?.headers.authorization).toBeUndefined();
  });

  test('an incremental listing differs by the sync token only, and never sends the time bound with it', async () => {
    server.answer({ body: EMPTY_PAGE }, { body: EMPTY_PAGE });
    await google.list(ACCESS, FIRST);
    await google.list(ACCESS, { syncToken: 's 1=', pageToken: 'p/1', timeMin: 1 });
    expect(server.asked[1]?.query).toEqual({ ...server.asked[0]?.query, syncToken: 's 1=', pageToken: 'p/1' });
  });

  test('later pages of a first listing repeat the time bound', async () => {
    server.answer({ body: EMPTY_PAGE });
    await google.list(ACCESS, { syncToken: null, pageToken: 'p1', timeMin: 0 });
    expect(server.asked[0]?.query).toMatchObject({ pageToken: 'p1', timeMin: '1970-01-01T00:00:00.000Z' });
  });

  test('a page is followed by the next one, the last by the sync token', async () => {
    server.answer(
      { body: { accessRole: 'reader', items: [EVENT, { etag: 'no id' }], nextPageToken: 'p2' } },
      { body: { accessRole: 'owner', items: [{ id: 'e2', status: 'cancelled' }], nextSyncToken: 's2' } },
    );
    expect(await google.list(ACCESS, FIRST)).toMatchObject({
      accessRole: 'reader',
      events: [{ kind: 'live', id: 'e1' }],
      next: { kind: 'page', pageToken: 'p2' },
    });
    expect(await google.list(ACCESS, FIRST)).toEqual({
      accessRole: 'owner',
      events: [{ kind: 'tombstone', id: 'e2', occurrence: null }],
      next: { kind: 'end', syncToken: 's2' },
    });
  });

  test('a page without the key items is an empty page', async () => {
    server.answer({ body: EMPTY_PAGE });
    expect(await google.list(ACCESS, FIRST)).toMatchObject({ events: [] });
  });

  test('a last page without a sync token is an error, never an end', async () => {
    server.answer({ body: { accessRole: 'owner', items: [] } });
    await expect(google.list(ACCESS, FIRST)).rejects.toMatchObject({
      name: 'GoogleUnavailable',
      message: 'events.list: last page without nextSyncToken',
    });
  });

  test('a compressed answer is read', async () => {
    server.answer({
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
      body: gzipSync(JSON.stringify(EMPTY_PAGE)),
    });
    expect(await google.list(ACCESS, FIRST)).toMatchObject({ next: { syncToken: 'next' } });
    expect(server.asked[0]?.headers['accept-encoding']).toBe('gzip');
  });

  test.each([
    ['410 without a reason', { status: 410, body: { error: { code: 410 } } }, 'SyncTokenRejected'],
    ['400 invalid', googleError(400, 'invalid'), 'SyncTokenRejected'],
    ['404', googleError(404, 'notFound'), 'CalendarUnreachable'],
    ['403 for a scope', googleError(403, 'insufficientPermissions'), 'AccessLost'],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, 'GoogleUnavailable'],
    ['an HTML page with 200', { body: '<html></html>' }, 'GoogleUnavailable'],
    ['a JSON text with 200', { body: '"yes"' }, 'GoogleUnavailable'],
    ['items that are no list', { body: { items: {}, nextSyncToken: 's' } }, 'GoogleUnavailable'],
    ['no answer', { fault: 'hang' } as const, 'GoogleUnavailable'],
    ['half an answer', { fault: 'cut', body: '{"items":' } as const, 'GoogleUnavailable'],
  ])('%s means %3$s', async (_, answer, name) => {
    google.close();
    google = connect(createNoAccessTokens(), 250);
    server.answer(answer);
    await expect(google.list(ACCESS, { ...FIRST, syncToken: 's1' })).rejects.toMatchObject({ name });
    expect(server.asked).toHaveLength(1);
  });

  test('asked for fewer requests, it says how long Google wants to be left alone and does not repeat itself', async () => {
    server.answer({ ...googleError(403, 'rateLimitExceeded'), headers: { 'retry-after': '9' } });
    await expect(google.list(ACCESS, FIRST)).rejects.toMatchObject({ name: 'RateLimited', retryAfterMs: 9_000 });
    expect(server.asked).toHaveLength(1);
  });

  test('no server at all means that Google is unavailable', async () => {
    await server.close();
    await expect(google.list(ACCESS, FIRST)).rejects.toMatchObject({
      name: 'GoogleUnavailable',
      message: 'events.list: ECONNREFUSED',
    });
  });

  test('an id that would leave the path is refused and not sent', async () => {
    await expect(google.list({ ...ACCESS, calendarId: '..' }, FIRST)).rejects.toMatchObject({ name: 'RequestRefused' });
    expect(server.asked).toHaveLength(0);
  });

  test('an id with reserved characters arrives as it is', async () => {
    server.answer({ body: EMPTY_PAGE });
    await google.list({ ...ACCESS, calendarId: 'en.usa#holiday@group.v.calendar.google.com' }, FIRST);
    expect(server.asked[0]?.path).toContain('/calendars/en.usa%23holiday%40group.v.calendar.google.com/events');
  });

  testRecorded('a recorded page is read, or refused only for its missing token', /^events-/, async (_, body) => {
    server.answer({ body });
    const page = await google.list(ACCESS, FIRST).catch((error: unknown) => error);
    if (page instanceof Error) expect(page.message).toBe('events.list: last page without nextSyncToken');
    else expect(page).toHaveProperty('next.kind');
  });
});

describe('get', () => {
  test('reads one event, with the access that is given', async () => {
    server.answer({ body: { ...EVENT, visibility: 'private' } });
    expect(await google.get(ACCESS, 'e1', 'reader')).toMatchObject({ id: 'e1', hidden: true });
    expect(server.asked[0]?.path).toBe('/calendar/v3/calendars/alice%40example.com/events/e1');
    expect(server.asked).toHaveLength(1);
  });

  test.each([404, 410])('%d is believed only when the calendar itself answers', async (status) => {
    server.answer(googleError(status, 'notFound'), { body: { kind: 'calendar#events', accessRole: 'owner' } });
    expect(await google.get(ACCESS, 'e1', 'owner')).toBeNull();
    expect(server.asked[1]?.path).toBe('/calendar/v3/calendars/alice%40example.com/events');
    expect(server.asked[1]?.query).toMatchObject({ maxResults: '1', fields: 'kind,accessRole' });
  });

  test('404 of a calendar that is closed to us is no news of the event', async () => {
    server.answer(googleError(404, 'notFound'), googleError(404, 'notFound'));
    await expect(google.get(ACCESS, 'e1', 'owner')).rejects.toMatchObject({ name: 'CalendarUnreachable' });
  });

  test('404 under access that shows only busy times proves nothing', async () => {
    server.answer(googleError(404, 'notFound'), { body: { accessRole: 'freeBusyReader' } });
    expect(await google.get(ACCESS, 'e1', 'owner')).toMatchObject({ kind: 'live', id: 'e1', hidden: true });
  });

  test('a cancelled answer under access that shows only busy times proves nothing', async () => {
    server.answer({ body: { id: 'e1', status: 'cancelled' } });
    expect(await google.get(ACCESS, 'e1', 'freeBusyReader')).toMatchObject({ kind: 'live', hidden: true });
  });

  test('a cancelled answer is a tombstone', async () => {
    server.answer({ body: { id: 'e1', status: 'cancelled' } });
    expect(await google.get(ACCESS, 'e1', 'owner')).toMatchObject({ kind: 'tombstone' });
  });

  test('a missing conference counts only under the access that we have now', async () => {
    const bare = { id: 'e1', status: 'confirmed', visibility: 'private' };
    server.answer({ body: bare }, { body: { accessRole: 'reader' } });
    expect(await google.get(ACCESS, 'e1', 'owner')).toMatchObject({ conference: null, hidden: true });
    server.answer({ body: bare }, { body: { accessRole: 'owner' } });
    expect(await google.get(ACCESS, 'e1', 'owner')).toMatchObject({ conference: null, hidden: false });
  });

  test('an answer without an id is no event', async () => {
    server.answer({ body: {} });
    await expect(google.get(ACCESS, 'e1', 'owner')).rejects.toMatchObject({ name: 'GoogleUnavailable' });
  });
});

describe('hasInstances', () => {
  test('asks for one instance that is not deleted', async () => {
    server.answer({ body: { items: [{ id: 'e1_20270201T090000Z', status: 'confirmed' }] } });
    expect(await google.hasInstances(ACCESS, 'e1')).toBe(true);
    const [asked] = server.asked;
    expect(asked?.path).toBe('/calendar/v3/calendars/alice%40example.com/events/e1/instances');
    const { quotaUser, ...rest } = asked?.query ?? {};
    expect(quotaUser).toMatch(/^[\w-]{32}$/);
    expect(rest).toEqual({ showDeleted: 'false', maxResults: '1', fields: 'nextPageToken,items(id,status)' });
  });

  test.each([{}, { items: [] }, { items: [{ id: 'x', status: 'cancelled' }] }])('%j shows none', async (body) => {
    server.answer({ body });
    expect(await google.hasInstances(ACCESS, 'e1')).toBe(false);
  });

  test('reads on where only cancelled ones are on a page, or none', async () => {
    server.answer(
      { body: { items: [{ id: 'x', status: 'cancelled' }], nextPageToken: 'p2' } },
      { body: { nextPageToken: 'p3' } },
      {
        body: {
          items: [
            { id: 'y', status: 'cancelled' },
            { id: 'z', status: 'tentative' },
          ],
        },
      },
    );
    expect(await google.hasInstances(ACCESS, 'e1')).toBe(true);
    expect(server.asked.map(({ query }) => [query.pageToken, query.maxResults])).toEqual([
      [undefined, '1'],
      ['p2', '250'],
      ['p3', '250'],
    ]);
  });

  test('believes in a series after so many pages without one', async () => {
    server.answer(...Array.from({ length: 8 }, () => ({ body: { nextPageToken: 'more' } })));
    expect(await google.hasInstances(ACCESS, 'e1')).toBe(true);
    expect(server.asked).toHaveLength(8);
  });

  test.each([404, 410])('a master that Google answers %i for proves nothing', async (status) => {
    server.answer({ status, body: googleError(status, 'notFound') });
    expect(await google.hasInstances(ACCESS, 'e1')).toBe(true);
  });

  test('an answer that cannot be read is an outage', async () => {
    server.answer({ body: { items: 'none' } });
    await expect(google.hasInstances(ACCESS, 'e1')).rejects.toThrow('events.instances: items is no list');
  });
});

describe('patch', () => {
  test('is conditional, tells no guests, and leaves the conference alone', async () => {
    server.answer({ body: { ...EVENT, etag: '"2"', description: 'new' } });
    const event = await google.patch(ACCESS, 'e1', '"1"', { description: 'new', location: null });
    expect(event).toMatchObject({ etag: '"2"', description: 'new' });
    const [asked] = server.asked;
    expect(asked?.method).toBe('PATCH');
    expect(asked?.path).toBe('/calendar/v3/calendars/alice%40example.com/events/e1');
    expect(asked?.headers['if-match']).toBe('"1"');
    expect(asked?.query.sendUpdates).toBe('none');
    expect(asked?.query).not.toHaveProperty('conferenceDataVersion');
    expect(JSON.parse(asked?.body ?? '')).toEqual({ description: 'new', location: null });
  });

  test('says so when it writes conference data, also when it removes them', async () => {
    server.answer({ body: EVENT }, { body: EVENT });
    await google.patch(ACCESS, 'e1', '"1"', { conferenceData: { conferenceId: 'c-1', notes: 'x' } });
    await google.patch(ACCESS, 'e1', '"1"', { conferenceData: null });
    expect(server.asked.map((asked) => asked.query.conferenceDataVersion)).toEqual(['1', '1']);
    expect(JSON.parse(server.asked[1]?.body ?? '')).toEqual({ conferenceData: null });
  });

  test.each([
    [412, 'conditionNotMet', 'EventChanged'],
    [404, 'notFound', 'EventGone'],
    [410, 'deleted', 'EventGone'],
    [403, 'forbiddenForNonOrganizer', 'RequestRefused'],
  ])('%d %s means %s', async (status, reason, name) => {
    server.answer(googleError(status, reason));
    await expect(google.patch(ACCESS, 'e1', '"1"', {})).rejects.toMatchObject({ name });
  });

  test('an event that turns out cancelled is gone', async () => {
    server.answer({ body: { id: 'e1', status: 'cancelled' } });
    await expect(google.patch(ACCESS, 'e1', '"1"', {})).rejects.toMatchObject({ name: 'EventGone' });
  });
});

describe('watch', () => {
  const request = { id: 'k-1', token: 't', address: 'https://receiver.example/', ttlMs: 172_800_999 };

  test('asks for a web hook, with its time to live in whole seconds as a string', async () => {
    server.answer({ body: { resourceId: 'r1', expiration: '1426325213000' } });
    expect(await google.watch(ACCESS, request)).toEqual({ resourceId: 'r1', expiresAt: 1_426_325_213_000 });
    expect(server.asked[0]?.method).toBe('POST');
    expect(server.asked[0]?.path).toBe('/calendar/v3/calendars/alice%40example.com/events/watch');
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      id: 'k-1',
      token: 't',
      type: 'web_hook',
      address: 'https://receiver.example/',
      params: { ttl: '172800' },
    });
  });

  test.each([
    [1_426_325_213_000, 1_426_325_213_000],
    ['1426325213000', 1_426_325_213_000],
    [undefined, 1_000_000 + request.ttlMs],
    ['Tue, 24 Nov 2026 10:00:30 GMT', 1_000_000 + request.ttlMs],
  ])('an expiration of %j ends at %d', async (expiration, expiresAt) => {
    server.answer({ body: { resourceId: 'r1', expiration } });
    expect(await google.watch(ACCESS, request)).toEqual({ resourceId: 'r1', expiresAt });
  });

  test('a channel without a resource id could never be stopped and is no success', async () => {
    server.answer({ body: { expiration: '1' } });
    await expect(google.watch(ACCESS, request)).rejects.toMatchObject({ name: 'GoogleUnavailable' });
  });

  test.each([
    [400, 'pushNotSupportedForRequestedResource', 'PushUnsupported'],
    [400, 'channelIdNotUnique', 'ChannelIdTaken'],
    [401, 'push.webhookUrlUnauthorized', 'RequestRefused'],
  ])('%d %s means %s', async (status, reason, name) => {
    server.answer(googleError(status, reason));
    await expect(google.watch(ACCESS, request)).rejects.toMatchObject({ name });
  });
});

describe('stop', () => {
  const channel = { id: 'k-1', resourceId: 'r1', expiresAt: 5 };

  test.each([
    ['204', { status: 204 }],
    ['404', googleError(404, 'notFound')],
    ['410', googleError(410, 'deleted')],
  ])('%s ends the channel', async (_, answer) => {
    server.answer(answer);
    await expect(google.stop(ACCESS, channel)).resolves.toBeUndefined();
    expect(server.asked[0]?.path).toBe('/calendar/v3/channels/stop');
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({ id: 'k-1', resourceId: 'r1' });
  });

  test('a failing server leaves the channel as it is', async () => {
    server.answer({ status: 503 });
    await expect(google.stop(ACCESS, channel)).rejects.toMatchObject({ name: 'GoogleUnavailable' });
  });
});

describe('access tokens', () => {
  test('a token that Google does not accept is dropped once and the call repeated once', async () => {
    const auth = tokens('old', 'new');
    google = connect(auth);
    server.answer(googleError(401, 'authError'), { body: EMPTY_PAGE });
    await google.list(ACCESS, FIRST);
    expect(server.asked.map((asked) => asked.headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(auth.dropped).toEqual(['old']);
  });

  test('a second refusal means that access is lost', async () => {
    google = connect(tokens('old', 'new', 'third'));
    server.answer(googleError(401, 'authError'), googleError(401, 'authError'));
    await expect(google.list(ACCESS, FIRST)).rejects.toBeInstanceOf(AccessLost);
    expect(server.asked).toHaveLength(2);
  });

  test('a repeated write keeps its condition and its body', async () => {
    google = connect(tokens('old', 'new'));
    server.answer(googleError(401, 'authError'), { body: EVENT });
    await google.patch(ACCESS, 'e1', '"1"', { location: 'x' });
    expect(server.asked[1]).toMatchObject({ method: 'PATCH', body: '{"location":"x"}' });
    expect(server.asked[1]?.headers['if-match']).toBe('"1"');
  });

  test('a receiver address that is not acceptable does not cost a token', async () => {
    const auth = tokens('old', 'new');
    google = connect(auth);
    server.answer(googleError(401, 'push.webhookUrlUnauthorized'));
    const request = { id: 'k-1', token: 't', address: 'https://receiver.example/', ttlMs: 1_000 };
    await expect(google.watch(ACCESS, request)).rejects.toMatchObject({ name: 'RequestRefused' });
    expect(auth.dropped).toEqual([]);
  });

  test('tokens that do not come end the call at its deadline', async () => {
    google = connect({ tokenFor: () => new Promise(() => {}), drop: () => {} }, 50);
    await expect(google.list(ACCESS, FIRST)).rejects.toMatchObject({ name: 'GoogleUnavailable' });
    expect(server.asked).toHaveLength(0);
  });

  test('a lost grant comes out by its name', async () => {
    google = connect({ tokenFor: () => Promise.reject(new AccessLost('gone')), drop: () => {} });
    await expect(google.list(ACCESS, FIRST)).rejects.toBeInstanceOf(AccessLost);
  });
});

test('quota users are the same for one subject, others for others, and no address', async () => {
  server.answer({ body: EMPTY_PAGE }, { body: EMPTY_PAGE }, { body: EMPTY_PAGE });
  await google.list(ACCESS, FIRST);
  await google.list({ calendarId: 'team@example.com', subject: 'Alice@Example.com' }, FIRST);
  await google.list({ calendarId: 'team@example.com', subject: 'bob@example.com' }, FIRST);
  const [first, second, third] = server.asked.map((asked) => asked.query.quotaUser);
  expect(first).toBe(second);
  expect(third).not.toBe(first);
  expect(first?.length).toBeLessThanOrEqual(40);
});
