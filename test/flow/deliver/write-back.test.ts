/** Patches that the conference system asks for, over HTTP against the simulated Calendar: whose edit stands at the end. */
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { calendarListener } from '../../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, meeting, ours } from '../../domain/build.ts';
import { listen, type Served } from '../../listen.ts';
import { OverHttp } from '../over-http.ts';

const EVENTS = `/calendar/v3/calendars/${encodeURIComponent(ALICE)}/events`;

let outside: Served;
let calendar: SimulatedCalendar;
let world: OverHttp;
let patches: { readonly query: URLSearchParams; readonly ifMatch: string | undefined }[] = [];
/** Answers a write as Google does where the writer is not the organizer: 200 with the event as it was. */
let isIgnoring = false;

beforeAll(async () => {
  const server = createServer(async (request, response) => {
    if (request.method === 'PATCH') {
      patches.push({
        query: new URL(request.url ?? '', 'http://x').searchParams,
        ifMatch: request.headers['if-match'],
      });
      if (isIgnoring) {
        request.method = 'GET';
        delete request.headers['if-match'];
        request.url = (request.url ?? '').split('?')[0] ?? '';
        request.resume();
        request.headers['content-length'] = '0';
      }
    }
    if (!(await calendarListener(calendar)(request, response))) response.writeHead(404).end();
  });
  outside = await listen(server);
});
afterAll(() => outside.close());
beforeEach(async () => {
  calendar = new SimulatedCalendar({ now: Date.now });
  calendar.addCalendar(ALICE);
  patches = [];
  isIgnoring = false;
  world = new OverHttp(outside.url);
  await world.register();
  await world.sync();
  const { etag: _etag, organizer: _organizer, ...event } = meeting('e1'.padEnd(6, '0'), ours('c1'));
  write('POST', EVENTS, event);
});
afterEach(() => world.close());

function write(method: string, path: string, body: unknown): void {
  const query = new URLSearchParams({ conferenceDataVersion: '1' });
  const { status, body: answer } = calendar.handle({ method, path, query, headers: {}, body });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(answer)}`);
}

/** A person's edit. */
function edit(change: object): void {
  write('PATCH', `${EVENTS}/e10000`, change);
}

function event() {
  return calendar.events(ALICE)[0];
}

const titles = () => world.told.map(({ data }) => ('event' in data ? data.event.title : null));

test('a patch is written to the version that was told of, quietly, and its echo is not news', async () => {
  world.answer = async () => ({ kind: 'done', eventPatch: { location: 'Room Blue' } });
  await world.sync();
  expect(event()).toMatchObject({ location: 'Room Blue', summary: 'Meeting e10000' });
  expect(patches).toHaveLength(1);
  expect(patches[0]?.ifMatch).toMatch(/^"/);
  expect(patches[0]?.query.get('sendUpdates')).toBe('none');
  await world.sync();
  await world.sync();
  expect(world.told).toHaveLength(1);
  expect(patches).toHaveLength(1);
});

test('conferenceDataVersion is sent with conference data and with nothing else', async () => {
  world.answer = async () => ({ kind: 'done', eventPatch: { description: 'Dial in' } });
  await world.sync();
  expect(patches[0]?.query.has('conferenceDataVersion')).toBe(false);
  const { conferenceData } = ours('c1');
  world.answer = async () => ({
    kind: 'done',
    eventPatch: { conferenceData: { ...Object(conferenceData), notes: 'New' } },
  });
  edit({ summary: 'Renamed' });
  await world.sync();
  expect(patches[1]?.query.get('conferenceDataVersion')).toBe('1');
  expect(event()).toMatchObject({ conferenceData: { conferenceId: 'c1', notes: 'New' } });
});

test('an edit that comes between is never overwritten, and is told next', async () => {
  let isFirst = true;
  world.answer = async () => {
    if (isFirst) edit({ location: "The person's own room", summary: 'Renamed meanwhile' });
    isFirst = false;
    return { kind: 'done', eventPatch: { location: 'Room Blue' } };
  };
  await world.sync();
  expect(event()).toMatchObject({ location: "The person's own room", summary: 'Renamed meanwhile' });
  expect(world.lines).toContainEqual(expect.objectContaining({ line: 'write-back', outcome: 'conflict' }));
  await world.sync();
  expect(titles()).toEqual(['Meeting e10000', 'Renamed meanwhile']);
  expect(event()).toMatchObject({ location: 'Room Blue' });
});

test('a change between that the conference does not care for lets the patch go on top of it', async () => {
  let isFirst = true;
  world.answer = async () => {
    if (isFirst) edit({ colorId: '7' });
    isFirst = false;
    return { kind: 'done', eventPatch: { location: 'Room Blue' } };
  };
  await world.sync();
  expect(event()).toMatchObject({ location: 'Room Blue', colorId: '7' });
  expect(patches).toHaveLength(2);
});

const MEET = {
  conferenceId: 'aaa-bbbb-ccc',
  conferenceSolution: { key: { type: 'hangoutsMeet' }, name: 'Google Meet' },
  entryPoints: [{ entryPointType: 'video', uri: 'https://meet.google.com/aaa-bbbb-ccc' }],
};

test.each([
  [
    'the conference, for another one',
    { conferenceData: { conferenceId: 'c1', notes: 'Ours' } },
    { conferenceData: MEET },
  ],
  ['the conference, for none', { conferenceData: { conferenceId: 'c1', notes: 'Ours' } }, { conferenceData: null }],
])('an edit between of what the patch would set stands: %s', async (_what, eventPatch, change) => {
  let isFirst = true;
  let edited: unknown;
  world.answer = async () => {
    if (!isFirst) return { kind: 'done' };
    isFirst = false;
    edit(change);
    edited = event();
    return { kind: 'done', eventPatch };
  };
  await world.sync();
  expect(event()).toEqual(edited);
  expect(world.lines).toContainEqual(expect.objectContaining({ line: 'write-back', outcome: 'conflict' }));
});

test.each([
  ["a guest's answer", { attendees: [{ email: ALICE, responseStatus: 'accepted' }] }],
  ['a colour', { colorId: '7' }],
])('%s between keeps the conference from no patch: it is asked once more', async (_what, change) => {
  const own = { conferenceData: { ...Object(ours('c1').conferenceData), notes: 'Dial 2' }, location: 'Room Blue' };
  world.answer = async () => {
    if (world.told.length === 1) edit(change);
    return { kind: 'done', eventPatch: own };
  };
  await world.sync();
  expect(world.lines).toContainEqual(expect.objectContaining({ line: 'write-back', outcome: 'conflict' }));
  world.sleptMs += 60_000;
  const request = { kind: 'conference', conference: conferenceKeyOf('c1') } as const;
  await doWork(world.services, request, { lane: 'upkeep', publishedAt: world.now() });
  expect(event()).toMatchObject({ location: 'Room Blue', conferenceData: { notes: 'Dial 2' }, ...change });
  const revisions = world.told.map(({ data }) => data.revision);
  expect(revisions).toHaveLength(2);
  expect(revisions[1]).toBeGreaterThan(revisions[0] ?? 0);
});

test('an edit between of a text that the patch would set stands, though the conference does not follow that text', async () => {
  await world.close();
  world = new OverHttp(outside.url, { fields: ['title', 'start', 'end'] });
  await world.register();
  let isFirst = true;
  world.answer = async () => {
    if (!isFirst) return { kind: 'done' };
    isFirst = false;
    edit({ description: "The person's own words" });
    return { kind: 'done', eventPatch: { description: 'Dial in' } };
  };
  await world.sync();
  expect(event()).toMatchObject({ description: "The person's own words" });
});

test('a write that Google takes and ignores is noticed, and hides no later edit', async () => {
  isIgnoring = true;
  world.answer = async () => ({ kind: 'done', eventPatch: { location: 'Room Blue' } });
  await world.sync();
  expect(world.lines).toContainEqual(expect.objectContaining({ line: 'write-back', outcome: 'ignored' }));
  expect(event()).not.toHaveProperty('location');
  edit({ summary: 'Renamed' });
  await world.sync();
  expect(titles()).toEqual(['Meeting e10000', 'Renamed']);
});

test('a patch for an event that is gone meanwhile harms nothing', async () => {
  world.answer = async () => {
    const path = `${EVENTS}/e10000`;
    calendar.handle({ method: 'DELETE', path, query: new URLSearchParams(), headers: {}, body: undefined });
    return { kind: 'done', eventPatch: { location: 'Room Blue' } };
  };
  expect(await world.sync()).toBe('synced');
  expect(event()).toMatchObject({ status: 'cancelled' });
});
