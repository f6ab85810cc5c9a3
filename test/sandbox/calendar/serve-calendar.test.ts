import { createServer, request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { calendar as calendarApi } from 'googleapis/build/src/apis/calendar/index.js';
import { startPushSender } from '../../../sandbox/calendar/push/push-sender.ts';
import { calendarListener } from '../../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { ALICE, meeting } from './world.ts';

type Closing = () => Promise<unknown> | unknown;

let simulated: SimulatedCalendar;
let root: string;
let closings: Closing[];

/** Serves `listener` on a free port of this machine until the test is over. */
async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

beforeEach(async () => {
  closings = [];
  simulated = new SimulatedCalendar({ now: Date.now, autoCreate: true });
  const answer = calendarListener(simulated);
  root = await serve((request, response) => {
    const mine = answer(request, response);
    if (mine === false) response.writeHead(418).end();
  });
});

afterEach(async () => {
  for (const close of closings.toReversed()) await close();
});

function client() {
  return calendarApi({ version: 'v3', rootUrl: `${root}/`, retry: false });
}

/** The status and the reason with which a call of the client fails. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  const { status, response } = Object(error);
  return [Number(status), response?.data?.error?.errors?.[0]?.reason];
}

describe('a bug of the simulator', () => {
  test("is answered with 500 in Google's words, and whoever runs it is warned", async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    closings.push(() => warned.mockRestore());
    simulated.handle = () => {
      throw new TypeError('a bug');
    };
    expect(await failureOf(client().events.list({ calendarId: ALICE }))).toEqual([500, 'backendError']);
    expect(warned).toHaveBeenCalledWith(expect.stringMatching(/GET \/calendar\/v3\/calendars\/.*TypeError: a bug/s));
  });

  test('is no calendar in a time zone that there is not', () => {
    expect(() => simulated.addCalendar('c@example.com', { timeZone: 'Mars/Olympus' })).toThrow(RangeError);
  });
});

describe('the googleapis client', () => {
  test('inserts, patches under If-Match, and is stopped by 412', async () => {
    const { events } = client();
    const { data: made } = await events.insert({ calendarId: ALICE, requestBody: meeting() });
    const patch = (etag: unknown, summary: string) =>
      events.patch(
        { calendarId: ALICE, eventId: String(made.id), requestBody: { summary } },
        { headers: { 'If-Match': String(etag) } },
      );
    const { data: patched } = await patch(made.etag, 'New');
    expect([patched.summary, patched.etag === made.etag]).toEqual(['New', false]);
    expect(await failureOf(patch(made.etag, 'Late'))).toEqual([412, 'conditionNotMet']);
    await events.delete({ calendarId: ALICE, eventId: String(made.id) });
    expect(await failureOf(events.delete({ calendarId: ALICE, eventId: String(made.id) }))).toEqual([410, 'deleted']);
    expect((await events.get({ calendarId: ALICE, eventId: String(made.id) })).data.status).toBe('cancelled');
  });

  test('follows pages and sync tokens, and meets 410 and 400', async () => {
    const { events } = client();
    for (const summary of ['a', 'b', 'c'])
      await events.insert({ calendarId: ALICE, requestBody: { ...meeting(), summary } });
    const list = {
      calendarId: ALICE,
      maxResults: 2,
      showDeleted: true,
      eventTypes: ['default', 'focusTime'],
      fields: 'nextPageToken,nextSyncToken,items(id,summary)',
    };
    const first = (await events.list(list)).data;
    const last = (await events.list({ ...list, pageToken: String(first.nextPageToken) })).data;
    expect([...(first.items ?? []), ...(last.items ?? [])].map(({ summary }) => summary)).toEqual(['c', 'b', 'a']);
    const syncToken = String(last.nextSyncToken);
    await events.delete({ calendarId: ALICE, eventId: String(last.items?.[0]?.id) });
    const changed = (await events.list({ ...list, syncToken })).data;
    expect(changed.items).toEqual([{ id: last.items?.[0]?.id }]);
    expect(await failureOf(events.list({ calendarId: ALICE, syncToken: 'x' }))).toEqual([400, 'invalid']);
    simulated.expireSyncTokens(ALICE);
    expect(await failureOf(events.list({ ...list, syncToken }))).toEqual([410, 'fullSyncRequired']);
  });

  test('gets instances, moves an event, makes a calendar and reads its list of calendars', async () => {
    const { events, calendars, calendarList } = client();
    const series = { ...meeting(), recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] };
    const { data: master } = await events.insert({ calendarId: ALICE, requestBody: series });
    const { data: instances } = await events.instances({ calendarId: ALICE, eventId: String(master.id) });
    expect(instances.items).toHaveLength(3);
    const { data: team } = await calendars.insert({ requestBody: { summary: 'Team' } });
    const { data: moved } = await events.move({
      calendarId: ALICE,
      eventId: String(master.id),
      destination: String(team.id),
    });
    expect([moved.id, moved.organizer?.email]).toEqual([master.id, team.id]);
    expect((await calendarList.list()).data.items?.map(({ id }) => id)).toEqual([ALICE, team.id]);
  });

  test('opens a channel, is pushed to, and closes it', async () => {
    const received: { state: unknown; type: unknown; length: unknown; agent: unknown; body: string }[] = [];
    const receiver = await serve(async (request, response) => {
      const { headers } = request;
      let body = '';
      for await (const chunk of request) body += String(chunk);
      received.push({
        state: headers['x-goog-resource-state'],
        type: headers['content-type'],
        length: headers['content-length'],
        agent: headers['user-agent'],
        body,
      });
      response.writeHead(204).end();
    });
    const sender = startPushSender(simulated);
    closings.push(() => sender.close());
    const { events, channels } = client();
    const requestBody = {
      id: 'c1',
      type: 'web_hook',
      address: `${receiver}/notify`,
      token: 't',
      params: { ttl: '60' },
    };
    const { data: channel } = await events.watch({ calendarId: ALICE, requestBody });
    expect(Number(channel.expiration)).toBeGreaterThan(Date.now());
    await events.insert({ calendarId: ALICE, requestBody: meeting() });
    await until(() => received.length === 2);
    expect(received.map(({ state }) => state).toSorted()).toEqual(['exists', 'sync']);
    expect(received[0]).toMatchObject({
      type: 'application/json; utf-8',
      length: '0',
      body: '',
      agent: expect.stringContaining('APIs-Google'),
    });
    const named = { id: String(channel.id), resourceId: String(channel.resourceId) };
    expect((await channels.stop({ requestBody: named })).status).toBe(204);
    expect(await failureOf(channels.stop({ requestBody: named }))).toEqual([404, 'notFound']);
  });
});

describe('the listener', () => {
  test('leaves other paths alone', async () => {
    for (const path of ['/', '/calendar', '/calendar/v3', '/calendar/faultsy', '/conference/x']) {
      expect((await fetch(root + path)).status).toBe(418);
    }
  });

  test('answers a body that is no JSON with 400 and one that is too large with 413', async () => {
    const address = `${root}/calendar/v3/calendars/${ALICE}/events`;
    const broken = await fetch(address, { method: 'POST', body: '{' });
    expect([broken.status, await broken.json()]).toMatchObject([
      400,
      { error: { errors: [{ reason: 'parseError' }] } },
    ]);
    expect(await statusOfLargePost(address)).toBe(413);
    expect((await fetch(address)).status).toBe(200);
  });

  test('sends 204 and 304 without a body, and an HTML page as one', async () => {
    const address = `${root}/calendar/v3/calendars/${ALICE}/events`;
    const made = await fetch(address, { method: 'POST', body: JSON.stringify(meeting()) });
    const etag = made.headers.get('etag') ?? '';
    const event = `${address}/${Object(await made.json()).id}`;
    expect((await fetch(event, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(await (await fetch(event, { method: 'DELETE' })).text()).toBe('');
    simulated.faults.add({ kind: 'error', error: 'htmlPage', next: 1 });
    const page = await fetch(address);
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=UTF-8']);
  });

  test('lets faults be seen and set', async () => {
    const address = `${root}/calendar/faults`;
    const post = (body: unknown) => fetch(address, { method: 'POST', body: JSON.stringify(body) });
    const rule = { kind: 'error', error: 'backendError', next: 1 };
    expect(await (await post({ rules: [rule], settings: { tombstones: 'rich' } })).json()).toMatchObject({
      rules: [rule],
      settings: { tombstones: 'rich' },
    });
    expect((await fetch(`${root}/calendar/v3/users/me/calendarList`)).status).toBe(500);
    expect(await (await fetch(address)).json()).toMatchObject({ rules: [], channels: [] });
    const { data } = await client().events.list({ calendarId: ALICE });
    await post({ expireSyncTokens: [ALICE] });
    expect(await failureOf(client().events.list({ calendarId: ALICE, syncToken: String(data.nextSyncToken) }))).toEqual(
      [410, 'fullSyncRequired'],
    );
    const refused = await post({ rules: [{ kind: 'flood' }] });
    expect([refused.status, await refused.json()]).toMatchObject([400, { detail: 'rules[0].kind is unknown.' }]);
    expect((await fetch(address, { method: 'PUT' })).status).toBe(405);
  });
});

/** Waits until the condition holds; the test's own time limit ends a wait in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Posts three megabytes and reads the status that comes back before all of them are through. */
function statusOfLargePost(address: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      address,
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
        outgoing.destroy();
      },
    );
    outgoing.on('error', reject);
    outgoing.end(Buffer.alloc(3_000_000, 0x20));
  });
}
