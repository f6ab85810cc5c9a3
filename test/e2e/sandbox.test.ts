/** `npm start`, used as its README says: a calendar is edited over HTTP and the conference follows. */
import { basename, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { describeWithEmulators } from '../emulators.ts';
import { recordedPaths } from '../recorded-traffic.ts';
import { StartedSandbox } from './started-sandbox.ts';

const ALICE = 'alice@example.com';
/** How long an edit, and a cancellation after its grace (a second here), may take. */
interface Patience {
  readonly promptMs: number;
  readonly graceMs: number;
}
const EMBEDDED: Patience = { promptMs: 3_000, graceMs: 30_000 };
/** The emulators start slowly and hold locks for seconds, the more so while other suites use the same machine. */
const EMULATED: Patience = { promptMs: 40_000, graceMs: 60_000 };
const SETTINGS = { CANCEL_GRACE_SECONDS: '1' };

function withConference(id: string, more: object = {}): object {
  return {
    summary: 'Planning',
    start: { dateTime: '2027-03-01T10:00:00Z', timeZone: 'UTC' },
    end: { dateTime: '2027-03-01T11:00:00Z', timeZone: 'UTC' },
    conferenceData: {
      conferenceId: id,
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: `https://meet.example.com/${id}` }],
    },
    ...more,
  };
}

function followsEverything(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { promptMs, graceMs }: Patience,
): void {
  jest.setTimeout(150_000);
  let sandbox: StartedSandbox;
  beforeAll(async () => {
    sandbox = await StartedSandbox.start(args, { ...SETTINGS, ...env });
    expect((await sandbox.register(ALICE)).status).toBe(201);
    expect((await sandbox.register(ALICE)).status).toBe(200);
  }, 90_000);
  afterAll(async () => expect(await sandbox.stop()).toBe(0), 30_000);

  test(`a new event has its conference within ${promptMs / 1_000} seconds`, async () => {
    await sandbox.event('POST', ALICE, '', withConference('c-new'));
    const conference = await sandbox.until('c-new', promptMs, ({ state }) => state === 'active');
    expect(conference).toMatchObject({ title: 'Planning', start: { dateTime: '2027-03-01T10:00:00Z' }, updates: 1 });
  });

  test('an event that is moved and renamed takes its conference along', async () => {
    const { id } = await sandbox.event('POST', ALICE, '', withConference('c-moved'));
    const start = { dateTime: '2027-03-02T15:00:00Z' };
    await sandbox.event('PATCH', ALICE, `/${id}`, { start, end: { dateTime: '2027-03-02T16:00:00Z' } });
    await sandbox.until('c-moved', promptMs, (conference) => conference.start?.dateTime === start.dateTime);
    await sandbox.event('PATCH', ALICE, `/${id}`, { summary: 'Review' });
    await sandbox.until('c-moved', promptMs, ({ title }) => title === 'Review');
  });

  test('an occurrence that is cancelled is cancelled alone', async () => {
    const series = withConference('c-series', { recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] });
    const { id } = await sandbox.event('POST', ALICE, '', series);
    await sandbox.until('c-series', promptMs, ({ recurrence }) => recurrence !== null);
    await sandbox.event('DELETE', ALICE, `/${id}_20270303T100000Z`);
    const conference = await sandbox.until('c-series', promptMs, ({ occurrences }) => occurrences.length === 1);
    expect(conference).toMatchObject({ state: 'active', occurrences: [{ state: 'cancelled' }] });
  });

  test('an event that loses its conference ends it after the grace', async () => {
    const { id } = await sandbox.event('POST', ALICE, '', withConference('c-removed'));
    await sandbox.until('c-removed', promptMs, ({ state }) => state === 'active');
    await sandbox.event('PATCH', ALICE, `/${id}`, { conferenceData: null });
    await sandbox.until('c-removed', graceMs, ({ state }) => state === 'cancelled');
  });

  test('an event that is deleted ends its conference after the grace', async () => {
    const { id } = await sandbox.event('POST', ALICE, '', withConference('c-deleted'));
    await sandbox.until('c-deleted', promptMs, ({ state }) => state === 'active');
    await sandbox.event('DELETE', ALICE, `/${id}`);
    await sandbox.until('c-deleted', graceMs, ({ state }) => state === 'cancelled');
  });

  test('an announced conference whose event is deleted unseen is ended too', async () => {
    const calendar = `/v1/calendars/${encodeURIComponent(ALICE)}`;
    await sandbox.call(4, 'POST', `${calendar}/pause`);
    const { id } = await sandbox.event('POST', ALICE, '', withConference('c-announced'));
    await sandbox.call(4, 'PUT', `${calendar}/bindings/${id}`, { conferenceId: 'c-announced' });
    await sandbox.event('DELETE', ALICE, `/${id}`);
    await sandbox.call(4, 'POST', `${calendar}/resume`);
    await sandbox.until('c-announced', graceMs, ({ state }) => state === 'cancelled');
  });

  test('the conference of an event that a copy still carries lives on', async () => {
    const { id } = await sandbox.event('POST', ALICE, '', withConference('c-copied'));
    await sandbox.event('POST', ALICE, '', withConference('c-copied', { summary: 'Copy' }));
    await sandbox.until('c-copied', promptMs, ({ updates }) => updates === 2);
    await sandbox.event('DELETE', ALICE, `/${id}`);
    await sandbox.event('POST', ALICE, '', withConference('c-later'));
    await sandbox.until('c-later', promptMs, ({ state }) => state === 'active');
    expect((await sandbox.until('c-copied', 0, () => true)).state).toBe('active');
  });
}

describe('npm start', () => followsEverything([], {}, EMBEDDED));

describeWithEmulators('npm start -- --emulators', ['firestore', 'pubsub'], ({ firestore, pubsub }) => {
  followsEverything(['--emulators'], { FIRESTORE_EMULATOR_HOST: firestore, PUBSUB_EMULATOR_HOST: pubsub }, EMULATED);
});

describe('npm start -- --import', () => {
  const files = [resolve(import.meta.dirname, '../imported-events.json'), ...recordedPaths(/^(?:events|items)-/)];

  test('of files of events throws nothing and cancels nothing', async () => {
    const imports = files.flatMap((file) => ['--import', file]);
    const sandbox = await StartedSandbox.start([...imports, '--verbose'], SETTINGS);
    try {
      for (const file of files) expect(sandbox.output).toContain(basename(file));
      await sandbox.register(ALICE);
      await sandbox.event('POST', ALICE, '', withConference('c-after-import'));
      await sandbox.until('c-after-import', EMBEDDED.promptMs, ({ state }) => state === 'active');
      expect((await sandbox.conferences()).filter(({ state }) => state === 'cancelled')).toEqual([]);
      expect(sandbox.output).not.toMatch(/"severity":"(ERROR|WARNING)"/);
    } finally {
      await sandbox.stop();
    }
  }, 60_000);

  test('a file that is none says so and starts nothing', async () => {
    await expect(StartedSandbox.start(['--import', 'package.json.missing'])).rejects.toThrow(
      /package\.json\.missing does not exist/,
    );
  });

  test('a wrong option says how to get help', async () => {
    await expect(StartedSandbox.start(['--prot', '9000'])).rejects.toThrow(/Try: npm start -- --help/);
  });
});
