import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject, objectsAt } from '../../../../sandbox/calendar/wire/json.ts';
import { testRecorded } from '../../../recorded-traffic.ts';
import { ALICE, buildWorld, idsOf, itemsOf } from '../world.ts';

const OWN: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../../imported-events.json'), 'utf8'));

function itemsIn(content: unknown): readonly JsonObject[] {
  return Array.isArray(content) ? content.filter(isObject) : objectsAt(isObject(content) ? content : {}, 'items');
}

function listsAsLoaded(content: unknown): void {
  const items = itemsIn(content);
  const world = buildWorld();
  world.calendar.addCalendar(ALICE, { timeZone: 'America/Chicago' });
  const token = world.token(ALICE);
  expect(world.calendar.load(ALICE, items)).toEqual({ loaded: items.length, skipped: 0 });
  const byId = new Map(items.map((item) => [item.id, item]));
  const changes = world.changes(ALICE, token);
  expect(idsOf(changes).toSorted()).toEqual([...byId.keys()].toSorted());
  for (const item of changes) expect(item).toEqual(byId.get(item.id));
  for (const [id, item] of byId) expect(world.get(ALICE, id)).toEqual(item);
  expect(world.list(ALICE, { singleEvents: 'true', orderBy: 'startTime', showDeleted: 'true' }).status).toBe(200);
}

const ODD: readonly unknown[] = [
  { id: 'nothing-else' },
  { id: 'bare', status: 'cancelled', etag: 'no-quotes' },
  { id: 'odd-times', start: { date: '2027-01-01T10:00:00' }, end: {}, recurrence: ['RRULE:FREQ=NEVER'] },
  { id: 'year-zero', start: { date: '0000-01-01' }, end: { date: '0000-01-01', timeZone: 'UTC' }, status: 'confirmed' },
  { id: 'wrong-types', start: 5, attendees: 'me', organizer: [], extendedProperties: 'x', status: 7, visibility: 3 },
  { id: 'bad-dates', start: { date: '2027-99-99' }, end: { dateTime: 'soon' } },
];

describe('loaded events', () => {
  test('are listed and read exactly as they were', () => listsAsLoaded(OWN));

  testRecorded('are listed and read exactly as they were recorded', /^(?:events|items)-/, (_, content) =>
    listsAsLoaded(content),
  );

  test('may be as odd as they like, and hinder nobody', () => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE);
    expect(world.calendar.load(ALICE, [...ODD, null, 5, 'x', [], {}, { id: 3 }, { id: '' }])).toEqual({
      loaded: ODD.length,
      skipped: 7,
    });
    const queries: Record<string, string>[] = [
      {},
      { showDeleted: 'true' },
      { singleEvents: 'true', showDeleted: 'true' },
      { singleEvents: 'true', orderBy: 'startTime' },
      { orderBy: 'updated' },
      { timeMin: '2020-01-01T00:00:00Z', timeMax: '2030-01-01T00:00:00Z' },
      { q: 'x' },
      { updatedMin: '2027-01-10T00:00:00Z' },
    ];
    for (const query of queries) expect(world.list(ALICE, query).status).toBe(200);
    expect(itemsOf(world.list(ALICE, { showDeleted: 'true' }))).toHaveLength(ODD.length);
  });

  test('can be changed like others, and are then no longer as they were', () => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE);
    const event = {
      id: 'loaded',
      etag: 'odd',
      status: 'confirmed',
      start: { date: '2027-02-01' },
      end: { date: '2027-02-02' },
      extra: 1,
    };
    world.calendar.load(ALICE, [event]);
    const answer = world.event(ALICE, 'loaded', 'PATCH', { body: { summary: 'x' }, headers: { 'if-match': 'odd' } });
    expect(answer.body).toMatchObject({ id: 'loaded', summary: 'x', extra: 1, etag: expect.stringMatching(/^"\d+"$/) });
    world.event(ALICE, 'loaded', 'DELETE');
    expect(itemsOf(world.list(ALICE, { showDeleted: 'true' }))).toMatchObject([{ id: 'loaded', status: 'cancelled' }]);
  });

  test('are not touched by what happens to the objects that they came from', () => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE);
    const event = { id: 'loaded', summary: 'before' };
    world.calendar.load(ALICE, [event]);
    event.summary = 'after';
    expect(world.get(ALICE, 'loaded').summary).toBe('before');
  });
});
