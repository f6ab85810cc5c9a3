/**
 * How long one event may hold the event loop, and with it everything else that the worker is asked: not longer than 50 ms, whatever people
 * have written into it. Larger events than Google takes are read as Google would send them, and go the whole way from its answer to the
 * conference system.
 */
import { describe, expect, test } from '@jest/globals';
import { parseAnswer, readPage } from '../../../shared/adapters/google-calendar/read-answer.ts';
import { EVENT_FIELDS } from '../../../shared/domain/event/event-fields.ts';
import { ALICE, type Item, meeting, ours, series } from '../../domain/build.ts';
import { World } from '../world.ts';

const HELD_MS_MAX = 50;
/** One run of these must be as fast: a machine that has other things to do, and a compiler that is not warm yet, only add to what the code takes. */
const RUNS_MAX = 40;

const DAY_MS = 24 * 3_600_000;
const dates = Array.from({ length: 5_000 }, (_, day) => {
  const text = new Date(Date.UTC(2027, 1, 2, 10) + day * DAY_MS).toISOString();
  return `${text.slice(0, 19).replace(/[-:]/g, '')}`;
});
const DAILY = 'RRULE:FREQ=DAILY';
const BYTES = 100_000;
const filled = (piece: string): string => piece.repeat(BYTES / piece.length);
const lines = (...recurrence: readonly string[]): Item => ({ recurrence });

const NASTY: readonly (readonly [string, Item])[] = [
  ['5,000 EXDATEs in one line', lines(DAILY, `EXDATE;TZID=Europe/Berlin:${dates.join()}`)],
  ['5,000 EXDATEs in lines of their own', lines(DAILY, ...dates.map((date) => `EXDATE;TZID=Europe/Berlin:${date}`))],
  ['5,000 RDATEs and no rule', lines(`RDATE;TZID=Europe/Berlin:${dates.join()}`)],
  ['100 kB of rules', lines(...Array.from({ length: 2_500 }, () => `${DAILY};BYMONTHDAY=-1;BYSETPOS=366`))],
  ['a rule that others evaluate for ever', lines('RRULE:FREQ=DAILY;BYMONTHDAY=-1', 'EXDATE:20270228T090000Z')],
  ['a rule of 100 kB of weekdays', lines(`${DAILY};BYDAY=${filled('MO,')}`)],
  ['a rule of 100 kB of semicolons', lines(`RRULE:${filled(';')}`)],
  ['a rule of 100 kB of equals signs', lines(`RRULE:${filled('=')}`)],
  ['a rule of 100 kB that ends again and again', lines(`RRULE:${filled(':UNTIL')}`)],
  ['25,000 lines of one letter', lines(...Array.from({ length: 25_000 }, () => 'X'))],
  [
    'a time zone of 100 kB',
    { ...lines(DAILY), start: { dateTime: '2027-02-01T10:00:00', timeZone: filled('Europe/') } },
  ],
  ['1,000 attendees', { attendees: Array.from({ length: 1_000 }, (_, n) => ({ email: `guest-${n}@example.com` })) }],
  ['a description of 100 kB that JSON has to escape', { description: filled('"\\\n\u0001') }],
  ['a title of 100 kB', { summary: filled('Ω') }],
  [
    'a conference of 1,000 ways in and 1,000 parameters',
    {
      conferenceData: {
        ...Object(ours('c').conferenceData),
        entryPoints: Array.from({ length: 1_000 }, (_, n) => ({
          uri: `https://meet.vendor.example/${n}/${'x'.repeat(500)}`,
        })),
        parameters: {
          addOnParameters: { parameters: Object.fromEntries(dates.slice(0, 1_000).map((date) => [date, date])) },
        },
      },
    },
  ],
];

/** From Google's text to what the conference system is told; milliseconds. */
async function take(world: World, item: Item): Promise<number> {
  const text = JSON.stringify({ accessRole: 'owner', nextSyncToken: 'next', items: [item] });
  const told = world.told.length;
  world.put(ALICE, item);
  await world.notify(ALICE);
  const startedAt = performance.now();
  const { events } = readPage(parseAnswer('events.list', text));
  await world.work();
  const ms = performance.now() - startedAt;
  expect(events).toHaveLength(1);
  expect(world.told).toHaveLength(told + 1);
  expect(() => JSON.stringify(world.told.at(-1))).not.toThrow();
  return ms;
}

describe('the event loop is held for at most 50 ms', () => {
  test.each(NASTY)('by %s', async (_, part) => {
    const world = new World({ fields: EVENT_FIELDS });
    world.put(ALICE, meeting('e', ours('c')));
    await world.register(ALICE);
    // Google evaluates rules, and not the worker.
    Object.assign(world.services.google, { hasInstances: async () => true });
    let fastest = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS_MAX && fastest >= HELD_MS_MAX; run++) {
      const edition = { etag: `"${run}"`, location: `Room ${run}` };
      fastest = Math.min(fastest, await take(world, meeting('e', ours('c'), part, edition)));
    }
    expect(fastest).toBeLessThan(HELD_MS_MAX);
  });
});

test('a change of the last of 5,000 lines is told like any other', async () => {
  const world = new World();
  const excluded = dates.map((date) => `EXDATE;TZID=Europe/Berlin:${date}`);
  const item = (count: number): Item => series('s', ours('c'), { recurrence: [DAILY, ...excluded.slice(0, count)] });
  world.put(ALICE, item(4_999));
  await world.register(ALICE);
  await take(world, item(5_000));
  expect(world.told.at(-1)?.change.data).toMatchObject({ changed: ['recurrence'] });
});
