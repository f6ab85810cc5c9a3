import { describe, expect, test } from '@jest/globals';
import { objectsAt } from '../../../../sandbox/calendar/wire/json.ts';
import {
  ALICE,
  BOB,
  buildWorld,
  CAROL,
  dailySeries,
  eventPath,
  idsOf,
  itemsOf,
  reasonOf,
  type World,
} from '../world.ts';

function move(world: World, id: unknown, to: string, more: Record<string, unknown> = {}) {
  return world.call('POST', `${eventPath(ALICE, id)}/move`, { query: { destination: to }, ...more });
}

describe('a moved event', () => {
  test('has the other calendar as organizer and keeps its id; a tombstone with nothing but the id is left', () => {
    const world = buildWorld();
    const { id, iCalUID } = world.insert(ALICE);
    const tokens = [world.token(ALICE), world.token(BOB)] as const;
    expect(move(world, id, BOB).body).toMatchObject({
      id,
      iCalUID,
      organizer: { email: BOB, self: true },
      creator: { email: ALICE },
    });
    expect(world.changes(ALICE, tokens[0])).toEqual([
      { kind: 'calendar#event', etag: expect.any(String), id, status: 'cancelled' },
    ]);
    expect(world.changes(BOB, tokens[1])).toMatchObject([{ id, status: 'confirmed', summary: 'Talk' }]);
    expect(Object.keys(world.get(ALICE, id))).toEqual(['kind', 'etag', 'id', 'status']);
    expect(world.event(ALICE, id, 'PATCH', { body: { status: 'confirmed' } }).status).toBe(410);
  });

  test('stays as a copy where the old organizer is a guest', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE, { colorId: '5', attendees: [{ email: ALICE }, { email: CAROL }] });
    move(world, id, BOB);
    const copy = world.get(ALICE, id);
    expect(copy).toMatchObject({ status: 'confirmed', organizer: { email: BOB }, colorId: '5' });
    expect(copy.organizer).not.toHaveProperty('self');
    expect(objectsAt(copy, 'attendees').find(({ self }) => self === true)?.email).toBe(ALICE);
  });

  test('is told to the guests', () => {
    const world = buildWorld();
    world.calendar.addCalendar(CAROL);
    const { id } = world.insert(ALICE, { attendees: [{ email: CAROL }] });
    move(world, id, BOB);
    expect(world.get(CAROL, id)).toMatchObject({ status: 'confirmed', organizer: { email: BOB } });
    world.event(BOB, id, 'PATCH', { body: { summary: 'New' } });
    expect(world.get(CAROL, id).summary).toBe('New');
  });

  test('becomes the original where the target was a guest', () => {
    const world = buildWorld();
    world.calendar.addCalendar(BOB);
    const { id } = world.insert(ALICE, { attendees: [{ email: BOB }] });
    expect(move(world, id, BOB).status).toBe(200);
    expect(world.get(BOB, id)).toMatchObject({ status: 'confirmed', organizer: { email: BOB, self: true } });
  });

  test('takes its exceptions along', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE, dailySeries());
    const exception = `${String(id)}_20270203T090000Z`;
    world.event(ALICE, exception, 'PATCH', { body: { summary: 'Own' } });
    move(world, id, BOB);
    expect(idsOf(itemsOf(world.list(BOB)))).toEqual([exception, id]);
    expect(world.get(BOB, exception)).toMatchObject({
      summary: 'Own',
      recurringEventId: id,
      organizer: { email: BOB },
    });
    expect(itemsOf(world.list(ALICE))).toEqual([]);
    expect(world.event(ALICE, `${String(id)}_20270204T090000Z`, 'GET').status).toBe(404);
  });

  test('can come back', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    move(world, id, BOB);
    world.call('POST', `${eventPath(BOB, id)}/move`, { query: { destination: ALICE } });
    expect([world.get(ALICE, id).status, world.get(BOB, id).status]).toEqual(['confirmed', 'cancelled']);
  });
});

describe('a move is refused', () => {
  test('without destination, within one calendar, and for a version that has changed', () => {
    const world = buildWorld();
    const { id, etag } = world.insert(ALICE);
    expect(reasonOf(world.call('POST', `${eventPath(ALICE, id)}/move`))).toBe('required');
    expect(reasonOf(move(world, id, ALICE))).toBe('invalid');
    world.event(ALICE, id, 'PATCH', { body: { summary: 'x' } });
    expect(move(world, id, BOB, { headers: { 'if-match': String(etag) } }).status).toBe(412);
  });

  test("for one occurrence, for a guest's copy, for other types, and for what is deleted or nowhere", () => {
    const world = buildWorld();
    const series = world.insert(ALICE, dailySeries());
    const focus = world.insert(ALICE, { eventType: 'focusTime' });
    const gone = world.insert(ALICE);
    world.event(ALICE, gone.id, 'DELETE');
    const copy = world.insert(BOB, { attendees: [{ email: ALICE }] });
    expect(reasonOf(move(world, `${String(series.id)}_20270203T090000Z`, BOB))).toBe('cannotChangeOrganizerOfInstance');
    expect(reasonOf(move(world, copy.id, CAROL))).toBe('cannotChangeOrganizer');
    expect(reasonOf(move(world, focus.id, BOB))).toBe('eventTypeRestriction');
    expect(reasonOf(move(world, gone.id, BOB))).toBe('deleted');
    expect(reasonOf(move(world, 'nothing', BOB))).toBe('notFound');
  });

  test('for somebody who may not write to both calendars', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    world.calendar.addCalendar(BOB);
    expect(move(world, id, BOB, { as: ALICE }).status).toBe(404);
    world.calendar.share(BOB, ALICE, 'reader');
    expect(reasonOf(move(world, id, BOB, { as: ALICE }))).toBe('requiredAccessLevel');
    world.calendar.share(BOB, ALICE, 'writer');
    expect(move(world, id, BOB, { as: ALICE }).status).toBe(200);
  });
});
