/** The example of a module: built as docs/module.md says, loaded as the worker does, against a fake of Zoom's API. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { recurrenceOf } from '../../examples/zoom-module/recurrence-of.ts';
import { conferenceOf, type SampleConference, SECOND, SECOND_MOVED, THIRD } from '../../ops/webhook/sample-changes.ts';
import { loadModuleBackend } from '../../shared/adapters/module-backend/load-module.ts';
import type { ChangeBody, Outcome } from '../../shared/domain/delivery/change.ts';
import type { ConferenceBackend } from '../../shared/domain/ports.ts';
import { type FakeZoom, startFakeZoom } from './fake-zoom.ts';
import { type Installed, installKit } from './installed-kit.ts';

const NOW = Date.UTC(2027, 0, 20, 9);

let kit: Installed;
let zoom: FakeZoom;
let backend: ConferenceBackend;
let meeting: SampleConference;

beforeAll(async () => {
  kit = installKit();
  zoom = await startFakeZoom();
  for (const name of ['call-zoom.ts', 'recurrence-of.ts', 'zoom.ts']) kit.copy(`examples/zoom-module/${name}`);
  const outfile = join(kit.folder, 'zoom.cjs');
  await build({
    entryPoints: [join(kit.folder, 'zoom.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
  });
  Object.assign(process.env, {
    ZOOM_API: `${zoom.url}/v2`,
    ZOOM_TOKEN_URL: `${zoom.url}/oauth/token`,
    ZOOM_ACCOUNT_ID: 'account',
    ZOOM_CLIENT_ID: 'client',
    ZOOM_CLIENT_SECRET: 'secret',
  });
  backend = await loadModuleBackend(outfile);
}, 60_000);
afterAll(async () => {
  kit.remove();
  await zoom.close();
});
beforeEach(() => {
  meeting = conferenceOf({ name: 'zoom', now: NOW }, 'meeting');
  zoom.meetings.set(meeting.id, { fields: {}, occurrences: {} });
});
afterEach(() => zoom.meetings.clear());

function apply(body: ChangeBody): Promise<Outcome> {
  return backend.apply({ ...body, id: 'msg_1', timestamp: new Date(NOW).toISOString() });
}

test('a meeting follows its event, occurrence by occurrence', async () => {
  expect(await apply(meeting.updated(1))).toEqual({ kind: 'done' });
  expect(await apply(meeting.occurrenceUpdated(2, SECOND, SECOND_MOVED))).toEqual({ kind: 'done' });
  expect(await apply(meeting.occurrenceCancelled(3, THIRD))).toEqual({ kind: 'done' });
  expect(zoom.meetings.get(meeting.id)).toEqual({
    fields: {
      topic: 'Planning',
      agenda: '',
      start_time: '2027-03-01T09:00:00Z',
      duration: 60,
      timezone: 'Europe/Berlin',
      type: 8,
      recurrence: { type: 2, repeat_interval: 1, end_times: 10 },
    },
    occurrences: {
      [Date.parse(SECOND)]: { start_time: '2027-03-08T14:00:00Z', duration: 60, timezone: 'Europe/Berlin' },
      [Date.parse(THIRD)]: 'deleted',
    },
  });
  expect(zoom.tokensGiven()).toBe(1);
});

describe('a meeting that Zoom has no more', () => {
  test('ends without a word', async () => {
    expect(await apply(meeting.cancelled(1))).toEqual({ kind: 'done' });
    expect(zoom.meetings.size).toBe(0);
    expect(await apply(meeting.cancelled(1))).toEqual({ kind: 'done' });
  });
  test('is told to be gone where it is wanted', async () => {
    zoom.meetings.clear();
    const reason = 'Zoom has no such meeting (any more): attach a new one';
    expect(await apply(meeting.updated(2, {}, { restored: true }))).toEqual({ kind: 'refused', reason });
  });
});

describe('a limit', () => {
  const code = {
    code: 429,
    message: 'You have exceeded the daily rate limit (100) of Meeting Create/Update API requests',
  };
  test.each([
    ['with the moment at which it ends', { 'retry-after': new Date(Date.now() + 600_000).toISOString() }, 600_000],
    ['with seconds', { 'retry-after': '30' }, 30_000],
  ])('%s is waited for', async (_, headers, waitMs) => {
    zoom.refuseNext(429, code, headers);
    const outcome = await apply(meeting.updated(1));
    expect(outcome).toMatchObject({ kind: 'transient', reason: 'the conference module threw ZoomTrouble' });
    const { retryAfterMs = 0 } = outcome.kind === 'transient' ? outcome : {};
    expect(retryAfterMs).toBeGreaterThan(waitMs - 60_000);
    expect(retryAfterMs).toBeLessThanOrEqual(waitMs);
    expect(await apply(meeting.updated(1))).toEqual({ kind: 'done' });
  });
  test('without a word about its end is tried again at the times of the service', async () => {
    zoom.refuseNext(429, code);
    expect(await apply(meeting.updated(1))).toEqual({
      kind: 'transient',
      reason: 'the conference module threw ZoomTrouble',
    });
  });
});

test('a token that was withdrawn is replaced', async () => {
  const before = zoom.tokensGiven();
  zoom.refuseNext(401, { code: 124 });
  expect(await apply(meeting.updated(1))).toMatchObject({ kind: 'transient' });
  expect(await apply(meeting.updated(1))).toEqual({ kind: 'done' });
  expect(zoom.tokensGiven()).toBe(before + 1);
});

describe('rules in the words of Zoom', () => {
  test.each([
    [null, { type: 2 }],
    [['RRULE:FREQ=DAILY;INTERVAL=2;COUNT=5'], { type: 8, recurrence: { type: 1, repeat_interval: 2, end_times: 5 } }],
    [
      ['EXDATE:20270308T090000Z', 'RRULE:FREQ=WEEKLY;WKST=MO;BYDAY=SU,WE'],
      { type: 8, recurrence: { type: 2, repeat_interval: 1, end_times: 0, weekly_days: '1,4' } },
    ],
    [
      ['RRULE:FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20271231T225959Z'],
      {
        type: 8,
        recurrence: { type: 3, repeat_interval: 1, end_date_time: '2027-12-31T22:59:59Z', monthly_day: 15 },
      },
    ],
    [
      ['RRULE:FREQ=DAILY;UNTIL=20271231'],
      { type: 8, recurrence: { type: 1, repeat_interval: 1, end_date_time: '2027-12-31T23:59:59Z' } },
    ],
  ])('%j', (lines, expected) => expect(recurrenceOf(lines)).toEqual(expected));

  test.each([
    'RRULE:FREQ=YEARLY',
    'RRULE:FREQ=MONTHLY;BYDAY=2MO',
    'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1',
    'RRULE:FREQ=WEEKLY;BYSETPOS=1',
    'RRULE:FREQ=DAILY;COUNT=61',
    'RDATE:20270301T090000Z',
  ])('%s has none, and is refused', async (rule) => {
    expect(recurrenceOf([rule])).toBeUndefined();
    const reason = 'Zoom cannot repeat a meeting by such a rule';
    expect(await apply(meeting.updated(1, { recurrence: [rule] }))).toEqual({ kind: 'refused', reason });
  });
});
