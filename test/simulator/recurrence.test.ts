/** Series as clients see them: `events.instances` and `events.list` of the running simulator, held to what other evaluators and people found. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import { type Simulator, start } from '../../simulator/src/index.ts';
import { sharedMaterial } from '../shared-material.ts';

const CALENDAR = 'alice@example.com';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of an endless series as many are compared. */
const SHOWN = 12;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await start({ clock: '2027-01-01T00:00:00Z' });
});
afterAll(() => simulator.close());

async function call(method: string, path: string, body?: JsonObject) {
  const answer = await fetch(`${simulator.url}/calendar/v3/calendars/${CALENDAR}/events${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const parsed: unknown = answer.status === 204 ? {} : await answer.json();
  return { status: answer.status, body: isObject(parsed) ? parsed : {} };
}

/** A series of an hour, or of a day where `at` is a date; written on the wall clock of its zone. */
async function series(recurrence: readonly string[], at: string, timeZone = 'UTC'): Promise<JsonObject> {
  const isDay = !at.includes('T');
  const end = new Date(Date.parse(`${at}${isDay ? '' : 'Z'}`) + (isDay ? DAY_MS : HOUR_MS)).toISOString();
  const times = isDay
    ? { start: { date: at }, end: { date: end.slice(0, 10) } }
    : { start: { dateTime: at, timeZone }, end: { dateTime: end.slice(0, 19), timeZone } };
  const { status, body } = await call('POST', '', { ...times, recurrence: [...recurrence] });
  expect([status, recurrence]).toEqual([200, recurrence]);
  return body;
}

function startsOf(body: JsonObject): readonly string[] {
  return objectsAt(body, 'items').map(
    (item) => textAt(objectAt(item, 'start'), 'dateTime') ?? String(objectAt(item, 'start')?.date),
  );
}

/** The first starts in both listings, which have to agree. */
async function shown(master: JsonObject, until = '2060-01-01T00:00:00Z'): Promise<readonly string[]> {
  const window = `timeMax=${until}&maxResults=${SHOWN}`;
  const instances = startsOf((await call('GET', `/${master.id}/instances?${window}`)).body);
  const last = Date.parse(instances.at(-1) ?? '2027-01-01') + 1_000;
  const span = `timeMin=1990-01-01T00:00:00Z&timeMax=${new Date(last).toISOString()}&maxResults=2500`;
  const single = await call('GET', `?singleEvents=true&orderBy=startTime&iCalUID=${master.iCalUID}&${span}`);
  expect(startsOf(single.body)).toEqual(instances);
  await call('DELETE', `/${master.id}`);
  return instances;
}

describe('a series shows', () => {
  test.each<[string, string[], string, string, string[]]>([
    [
      'its start, though no rule yields it, as one more than COUNT',
      ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'],
      '2027-02-01T10:00:00',
      'UTC',
      ['2027-02-01T10:00:00Z', '2027-02-02T10:00:00Z', '2027-02-09T10:00:00Z'],
    ],
    [
      'the last day that a date in UNTIL names',
      ['RRULE:FREQ=DAILY;UNTIL=20270203'],
      '2027-02-01',
      'UTC',
      ['2027-02-01', '2027-02-02', '2027-02-03'],
    ],
    [
      'times until the end of the day that UNTIL names',
      ['RRULE:FREQ=DAILY;UNTIL=20270202'],
      '2027-02-01T10:00:00',
      'Europe/Berlin',
      ['2027-02-01T09:00:00Z', '2027-02-02T09:00:00Z'],
    ],
    [
      'nothing on a day that EXDATE names',
      ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;VALUE=DATE:20270202'],
      '2027-02-01',
      'UTC',
      ['2027-02-01', '2027-02-03'],
    ],
    [
      '29 February in leap years',
      ['RRULE:FREQ=YEARLY;COUNT=3'],
      '2028-02-29T10:00:00',
      'UTC',
      ['2028-02-29T10:00:00Z', '2032-02-29T10:00:00Z', '2036-02-29T10:00:00Z'],
    ],
    [
      'a time that clocks leave out an hour later',
      ['RRULE:FREQ=DAILY;COUNT=3'],
      '2027-03-27T02:30:00',
      'Europe/Berlin',
      ['2027-03-27T01:30:00Z', '2027-03-28T01:30:00Z', '2027-03-29T00:30:00Z'],
    ],
    [
      'a time that comes twice the first time',
      ['RRULE:FREQ=DAILY;COUNT=3'],
      '2027-10-30T02:30:00',
      'Europe/Berlin',
      ['2027-10-30T00:30:00Z', '2027-10-31T00:30:00Z', '2027-11-01T01:30:00Z'],
    ],
    [
      'one without an end as far as it is asked',
      ['RRULE:FREQ=YEARLY;INTERVAL=10'],
      '2027-02-01T10:00:00',
      'UTC',
      ['2027-02-01T10:00:00Z', '2037-02-01T10:00:00Z', '2047-02-01T10:00:00Z', '2057-02-01T10:00:00Z'],
    ],
    [
      'additional dates, each once',
      ['RRULE:FREQ=DAILY;COUNT=2', 'RDATE:20270202T100000Z,20270205T100000Z'],
      '2027-02-01T10:00:00',
      'UTC',
      ['2027-02-01T10:00:00Z', '2027-02-02T10:00:00Z', '2027-02-05T10:00:00Z'],
    ],
  ])('%s', async (_, recurrence, at, zone, expected) => {
    expect(await shown(await series(recurrence, at, zone))).toEqual(expected);
  });
});

test('an event that ends when it starts is refused, as people met it (ridafkih/keeper.sh#614)', async () => {
  const time = { dateTime: '2027-02-01T10:00:00Z' };
  const { status, body } = await call('POST', '', { start: time, end: time });
  const reasons = objectsAt(objectAt(body, 'error'), 'errors').map(({ reason }) => reason);
  expect([status, reasons]).toEqual([400, ['timeRangeEmpty']]);
});

test('exceptions and deleted occurrences outlive a change of their series', async () => {
  const { id } = await series(['RRULE:FREQ=DAILY;COUNT=4'], '2027-02-01T10:00:00');
  await call('PATCH', `/${id}_20270202T100000Z`, {
    summary: 'Moved',
    start: { dateTime: '2027-02-02T15:00:00Z' },
    end: { dateTime: '2027-02-02T16:00:00Z' },
  });
  await call('DELETE', `/${id}_20270203T100000Z`);
  await call('PATCH', `/${id}`, { summary: 'Other', location: 'Room 1' });
  const { body } = await call('GET', `/${id}/instances`);
  expect(
    objectsAt(body, 'items').map(({ summary, location, start: at }) => [summary, location, Object(at).dateTime]),
  ).toEqual([
    ['Other', 'Room 1', '2027-02-01T10:00:00Z'],
    ['Moved', 'Room 1', '2027-02-02T15:00:00Z'],
    ['Other', 'Room 1', '2027-02-04T10:00:00Z'],
  ]);
  await call('DELETE', `/${id}`);
});

const material = sharedMaterial('findings/recurrence-cases.json');

interface Case {
  readonly rule: string;
  readonly start: string;
  readonly zone: string;
  readonly starts: readonly string[];
}

/** The other evaluator takes the set of a first week from the start on; RFC 5545, libical and this one take the whole week. */
const DISPUTED = 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,TH,WE;BYSETPOS=2;UNTIL=20271231T235959Z';

if (material !== undefined) {
  const recorded: { [Kind in 'cases' | 'never' | 'nothing']: Case[] } = JSON.parse(readFileSync(material, 'utf8'));
  const cases = [...recorded.cases, ...recorded.never, ...recorded.nothing].filter(({ rule }) => rule !== DISPUTED);
  test.each(cases)(
    'both listings show what others answer: $rule from $start',
    async ({ rule, start: at, zone, starts }) => {
      const [, until = '9999'] = /UNTIL=(\d{8})/.exec(rule) ?? [];
      // Google shows the start as well where the rule does not yield it, unless the rule was over by then.
      const isOver = until < at.replaceAll('-', '').slice(0, 8);
      const expected = [...new Set([...(isOver ? [] : [at]), ...starts])].slice(0, SHOWN);
      const found = await shown(await series([rule], at, zone));
      expect(found.map((time) => time.replace('Z', ''))).toEqual(expected);
    },
  );
} else {
  test.skip('both listings show what others answer (no recurrence cases beside the repository)', () => undefined);
}
