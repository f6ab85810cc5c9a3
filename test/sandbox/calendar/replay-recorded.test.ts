/**
 * Recorded listings, replayed: what people did to a series before Google answered is done to the simulator, which has to answer the same
 * entries: the same members of the same types, times, rules and statuses. Ids, etags and words are one side's own.
 */
import { describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject, objectsAt } from '../../../sandbox/calendar/wire/json.ts';
import { recordedPaths, testRecorded } from '../../recorded-traffic.ts';
import { ALICE, type Answer, buildWorld, eventsPath, type World } from './world.ts';

const ZONE = 'America/Chicago';
const at = (dateTime: string) => ({ dateTime, timeZone: ZONE });
/** The two series that the recordings are about. */
const MORNINGS = { start: at('2025-03-24T07:30:00'), end: at('2025-03-24T08:15:00'), recurrence: ['RRULE:FREQ=DAILY'] };
const EIGHTS = { start: at('2025-02-09T08:00:00'), end: at('2025-02-09T09:00:00'), recurrence: ['RRULE:FREQ=DAILY'] };
const EIGHTS_OF_MARCH = { ...EIGHTS, recurrence: ['RRULE:FREQ=DAILY;UNTIL=20250401T045959Z'] };
const NOTE = { description: 'x' };

type Replay = (world: World) => Answer;

const since = (world: World, change: () => unknown): Answer => {
  const syncToken = world.token(ALICE);
  change();
  return world.list(ALICE, { syncToken });
};

/** What came before each recorded answer, by the name of its file. */
const REPLAYS: Readonly<Record<string, Replay>> = {
  'events-incremental-compass-create': (world) => since(world, () => world.insert(ALICE, MORNINGS)),
  'events-incremental-compass-delete-all-1': (world) => {
    const { id } = world.insert(ALICE, MORNINGS);
    return since(world, () => world.event(ALICE, id, 'DELETE'));
  },
  'events-incremental-compass-delete-single-1': (world) => {
    const { id } = world.insert(ALICE, EIGHTS_OF_MARCH);
    return since(world, () => world.event(ALICE, `${id}_20250325T130000Z`, 'DELETE'));
  },
  'events-incremental-compass-delete-following-1': (world) => {
    const { id } = world.insert(ALICE, EIGHTS_OF_MARCH);
    world.event(ALICE, `${id}_20250325T130000Z`, 'DELETE');
    return since(world, () => world.calendar.cut(ALICE, String(id), '2025-03-27T08:00:00-05:00'));
  },
  // The recorded token is from before the series was made: nobody changed it since.
  'events-incremental-compass-edit-single-1': (world) =>
    since(world, () => {
      const { id } = world.insert(ALICE, MORNINGS);
      const times = { start: at('2025-03-24T12:30:00'), end: at('2025-03-24T13:15:00') };
      world.event(ALICE, `${id}_20250324T123000Z`, 'PATCH', { body: times });
    }),
  'events-incremental-compass-edit-following-1': (world) => {
    const { id } = world.insert(ALICE, MORNINGS);
    return since(world, () => world.calendar.split(ALICE, String(id), '2025-03-27T07:30:00-05:00', NOTE));
  },
  'events-incremental-compass-edit-following-v2-0': (world) => {
    const { id } = world.insert(ALICE, EIGHTS);
    const change = { ...NOTE, start: at('2025-04-01T07:00:00'), end: at('2025-04-01T08:00:00') };
    return since(world, () => world.calendar.split(ALICE, String(id), '2025-04-01T08:00:00-05:00', change));
  },
  // With a person's "all events", both halves change at once; with the API, one after the other.
  'events-incremental-compass-edit-all-1': (world) => {
    const { id } = world.insert(ALICE, MORNINGS);
    world.event(ALICE, `${id}_20250324T123000Z`, 'PATCH', { body: { summary: 'Other' } });
    const { following } = world.calendar.split(ALICE, String(id), '2025-03-26T07:30:00-05:00');
    return since(world, () => {
      for (const half of [id, following.id]) world.event(ALICE, half, 'PATCH', { body: NOTE });
    });
  },
  'events-incremental-empty-northworld': (world) => {
    world.insert(ALICE);
    return since(world, () => undefined);
  },
};

/** Members of the page that may be missing, with the reason. */
const PAGE_EXPECTED: ReadonlyMap<string, string> = new Map([
  ['description', 'older recordings show none where there is none'],
]);

const COMPARED = ['status', 'start', 'end', 'originalStartTime', 'recurrence'];

function entryOf(item: JsonObject): string {
  const members = Object.keys(item).toSorted();
  return JSON.stringify([members.map((name) => [name, typeof item[name]]), COMPARED.map((name) => sorted(item[name]))]);
}

function sorted(value: unknown): unknown {
  return isObject(value) ? Object.entries(value).toSorted() : value;
}

function typesOf(page: JsonObject): unknown {
  const members = Object.entries(page).filter(([name]) => name !== 'items' && !PAGE_EXPECTED.has(name));
  return members.map(([name, value]) => [name, Array.isArray(value) ? 'list' : typeof value]).toSorted();
}

describe('a recorded listing', () => {
  testRecorded(
    'is answered the same',
    new RegExp(`^(?:${Object.keys(REPLAYS).join('|')})\\.json$`),
    (name, content) => {
      const recorded = isObject(content) && isObject(content.body) ? content.body : Object(content);
      const world = buildWorld();
      world.calendar.addCalendar(ALICE, { timeZone: ZONE });
      const answer = REPLAYS[name.replace('.json', '')]?.(world) ?? { status: 0, headers: {}, body: {} };
      expect([answer.status, typesOf(answer.body)]).toEqual([200, typesOf(recorded)]);
      const entries = objectsAt(answer.body, 'items').map(entryOf);
      expect(entries.toSorted()).toEqual(objectsAt(recorded, 'items').map(entryOf).toSorted());
    },
  );

  testRecorded('of a watch gives a channel of the same members', /^watch-request-body-compass/, (_, content) => {
    const world = buildWorld();
    const expiration = String(world.nowMs() + 60_000);
    const body = { ...Object(content), expiration };
    const answer = world.call('POST', `${eventsPath(ALICE)}/watch`, { body });
    const documented = ['expiration', 'id', 'kind', 'resourceId', 'resourceUri', 'token'];
    expect([answer.status, Object.keys(answer.body).toSorted()]).toEqual([200, documented]);
    expect([answer.body.id, answer.body.token]).toEqual([body.id, body.token]);
  });
});

/** Which test answers each recording, here or elsewhere; a new one has to find its place. */
const ELSEWHERE = [
  /^error-/, // wire/errors.test.ts
  /^push-headers-exists/, // wire/errors.test.ts
  /^events-(?:fullsync|rise)/, // writing/recorded-shape.test.ts and writing/load-events.test.ts
  /^items-/, // writing/load-events.test.ts
  /^conference-/, // parts of events, read by the product: test/adapters/google-calendar/read-event.test.ts
  /^push-headers-sync-compass/, // recorded behind a proxy that had changed it
  /^watch-/, // above, with its documented answer
];

test('every recording is replayed somewhere', () => {
  const names = recordedPaths(/./).map((path) => path.slice(path.lastIndexOf('/') + 1));
  const missing = names.filter(
    (name) => REPLAYS[name.replace('.json', '')] === undefined && !ELSEWHERE.some((pattern) => pattern.test(name)),
  );
  expect(missing).toEqual([]);
});
