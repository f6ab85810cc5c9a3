/**
 * A calendar that Google sends no notifications for, over HTTP against the simulated Calendar and the scheduled function: it is kept
 * up to date on the short interval, and gets its channel by itself once Google offers one.
 */
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { renewChannelsHandler } from '../../functions/renew-channels.ts';
import { calendarListener } from '../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { ALICE, meeting, ours } from '../domain/build.ts';
import { OverHttp } from '../flow/over-http.ts';
import { listen, type Served } from '../listen.ts';
import { serve } from './serve.ts';

const MINUTE = 60_000;
const LONG = 6 * 60 * MINUTE;
/** No reconcile on the short interval comes later than this. */
const SHORT_MAX = 15 * MINUTE * 1.25;

let outside: Served;
let calendar: SimulatedCalendar;
let world: OverHttp;
let scheduled: Served;
let watches = 0;

beforeAll(async () => {
  const server = createServer(async (request, response) => {
    if (request.url?.includes('/watch') === true) watches++;
    if (!(await calendarListener(calendar)(request, response))) response.writeHead(404).end();
  });
  outside = await listen(server);
});
afterAll(() => outside.close());
beforeEach(async () => {
  world = new OverHttp(outside.url);
  calendar = new SimulatedCalendar({ now: () => world.now() });
  calendar.addCalendar(ALICE);
  calendar.setPushSupported(ALICE, false);
  scheduled = await serve(renewChannelsHandler(world.services));
  await registerCalendar(world.services, ALICE, ALICE);
  await world.work();
  watches = 0;
});
afterEach(async () => {
  await scheduled.close();
  world.close();
});

/** Somebody makes a meeting with a conference of ours. */
function makeMeeting(id: string, conferenceId: string): void {
  const { etag: _etag, organizer: _organizer, ...body } = meeting(id.padEnd(6, '0'), ours(conferenceId));
  const path = `/calendar/v3/calendars/${encodeURIComponent(ALICE)}/events`;
  const query = new URLSearchParams({ conferenceDataVersion: '1' });
  const { status } = calendar.handle({ method: 'POST', path, query, headers: {}, body });
  if (status !== 200) throw new Error(`the meeting was not made: ${status}`);
}

/** Time passes; then Cloud Scheduler calls, and the workers do what follows. */
async function passAndRun(ms: number): Promise<unknown> {
  world.sleptMs += ms;
  const answer = await fetch(scheduled.url, { method: 'POST' });
  expect(answer.status).toBe(200);
  await world.work();
  return answer.json();
}

function toldOf(): string[] {
  return world.told.map(({ data }) => data.conferenceId);
}

test('it is registered without a channel, says so, and is not counted as one whose channel is missing', async () => {
  const { status, channel, syncToken, failure } = await world.calendar();
  expect({ status, channel, failure }).toEqual({ status: 'unsupported-push', channel: null, failure: null });
  expect(syncToken).not.toBeNull();
  expect(await passAndRun(SHORT_MAX)).toMatchObject({ withoutChannel: 0, failed: 0 });
});

test('its changes arrive with the scheduled run on the short interval', async () => {
  makeMeeting('e1', 'c1');
  expect(toldOf()).toEqual([]);
  await passAndRun(SHORT_MAX);
  expect(toldOf()).toEqual(['c1']);
  makeMeeting('e2', 'c2');
  await passAndRun(SHORT_MAX);
  expect(toldOf()).toEqual(['c1', 'c2']);
  expect(await world.calendar()).toMatchObject({ status: 'unsupported-push', channel: null });
});

test('Google is asked for a channel again on the long interval, not at each reconcile', async () => {
  for (let passed = 0; passed < LONG - SHORT_MAX; passed += SHORT_MAX) await passAndRun(SHORT_MAX);
  expect(watches).toBe(0);
  await passAndRun(SHORT_MAX);
  await passAndRun(SHORT_MAX);
  expect(watches).toBe(1);
  expect(await world.calendar()).toMatchObject({ status: 'unsupported-push', channel: null });
  for (let passed = 0; passed < LONG - 2 * SHORT_MAX; passed += SHORT_MAX) await passAndRun(SHORT_MAX);
  expect(watches).toBe(1);
});

test('once Google offers one, it gets its channel by itself, is active again, and nothing falls into the gap', async () => {
  calendar.setPushSupported(ALICE, true);
  makeMeeting('e1', 'c1');
  await passAndRun(LONG + SHORT_MAX);
  const { status, channel, failure } = await world.calendar();
  expect({ status, failure }).toEqual({ status: 'active', failure: null });
  expect(calendar.openChannels().map(({ id }) => id)).toEqual([channel?.id]);
  expect(toldOf()).toEqual(['c1']);
});
