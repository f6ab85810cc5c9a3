import { describe, expect, test } from '@jest/globals';
import { objectsAt } from '../../../../sandbox/calendar/wire/json.ts';
import { ALICE, BOB, buildWorld, CAROL, dailySeries, idsOf, itemsOf, reasonOf, type World } from '../world.ts';

function invited(options: Parameters<typeof buildWorld>[0] = {}, event = {}): { world: World; id: unknown } {
  const world = buildWorld(options);
  for (const id of [ALICE, BOB, CAROL]) world.calendar.addCalendar(id);
  const attendees = [{ email: BOB }, { email: CAROL }, { email: 'dave@elsewhere.example' }];
  return { world, id: world.insert(ALICE, { attendees, ...event }).id };
}

function answerOf(world: World, calendar: string, id: unknown, guest: string): unknown {
  return objectsAt(world.get(calendar, id), 'attendees').find(({ email }) => email === guest)?.responseStatus;
}

describe("a guest's copy", () => {
  test('has the id and the iCalUID of the original and somebody else as organizer', () => {
    const { world, id } = invited();
    const original = world.get(ALICE, id);
    const copy = world.get(BOB, id);
    expect(copy).toMatchObject({
      id,
      iCalUID: original.iCalUID,
      summary: 'Talk',
      organizer: { email: ALICE },
      creator: { email: ALICE },
    });
    expect(copy.organizer).not.toHaveProperty('self');
    expect(objectsAt(copy, 'attendees').filter(({ self }) => self === true)).toMatchObject([{ email: BOB }]);
    expect(objectsAt(original, 'attendees').some(({ self }) => self === true)).toBe(false);
    expect(copy.etag).not.toBe(original.etag);
  });

  test('exists only where the guest has a calendar here', () => {
    const { world } = invited();
    expect(world.calendar.calendarIds()).toEqual([ALICE, BOB, CAROL]);
  });

  test('follows the organizer: changes, new and removed guests, and the end', () => {
    const { world, id } = invited();
    const token = world.token(BOB);
    world.event(ALICE, id, 'PATCH', { body: { summary: 'New', attendees: [{ email: BOB }] } });
    expect(world.changes(BOB, token)).toMatchObject([{ id, summary: 'New' }]);
    expect(world.get(CAROL, id).status).toBe('cancelled');
    world.event(ALICE, id, 'PATCH', { body: { attendees: [{ email: BOB }, { email: CAROL }] } });
    expect(world.get(CAROL, id)).toMatchObject({ status: 'confirmed', summary: 'New' });
    world.event(ALICE, id, 'DELETE');
    expect([world.get(BOB, id).status, world.get(CAROL, id).status]).toEqual(['cancelled', 'cancelled']);
  });

  test('is left alone by what concerns only the organizer', () => {
    const { world, id } = invited();
    const token = world.token(BOB);
    world.event(ALICE, id, 'PATCH', {
      body: { reminders: { useDefault: false }, extendedProperties: { private: { a: '1' } } },
    });
    expect(world.changes(BOB, token)).toEqual([]);
    world.event(ALICE, id, 'PATCH', { body: { extendedProperties: { shared: { b: '2' } } } });
    expect(world.get(BOB, id).extendedProperties).toEqual({ shared: { b: '2' } });
  });

  test('can be deleted without any harm to the meeting, and keeps its details', () => {
    const { world, id } = invited();
    expect(world.event(BOB, id, 'DELETE').status).toBe(204);
    expect(world.get(BOB, id)).toMatchObject({ status: 'cancelled', summary: 'Talk' });
    expect(world.get(ALICE, id).status).toBe('confirmed');
    expect(answerOf(world, ALICE, id, BOB)).toBe('declined');
    expect(answerOf(world, CAROL, id, BOB)).toBe('declined');
    world.event(ALICE, id, 'PATCH', { body: { summary: 'New' } });
    expect(world.get(BOB, id).status).toBe('cancelled');
  });

  test('carries an answer to everybody', () => {
    const { world, id } = invited();
    const token = world.token(ALICE);
    world.event(BOB, id, 'PATCH', { body: { attendees: [{ email: BOB, responseStatus: 'accepted' }] } });
    expect([ALICE, BOB, CAROL].map((calendar) => answerOf(world, calendar, id, BOB))).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ]);
    expect(objectsAt(world.get(ALICE, id), 'attendees')).toHaveLength(3);
    expect(idsOf(world.changes(ALICE, token))).toEqual([id]);
  });

  test('keeps an answer to itself where more than 200 are invited', () => {
    const attendees = [BOB, ...Array.from({ length: 200 }, (_, index) => `guest${index}@elsewhere.example`)].map(
      (email) => ({ email }),
    );
    const { world, id } = invited({}, { attendees });
    world.event(BOB, id, 'PATCH', { body: { attendees: [{ email: BOB, responseStatus: 'accepted' }] } });
    expect([answerOf(world, BOB, id, BOB), answerOf(world, ALICE, id, BOB)]).toEqual(['accepted', 'needsAction']);
  });

  test('answers a change of shared fields with 200 and stays as it is', () => {
    const { world, id } = invited();
    const before = world.get(BOB, id);
    const answer = world.event(BOB, id, 'PATCH', {
      body: { summary: 'Mine', start: { dateTime: '2027-02-01T09:00:00Z' } },
    });
    expect([answer.status, answer.body]).toEqual([200, before]);
    expect(world.get(ALICE, id).summary).toBe('Talk');
  });

  test("takes the guest's own settings", () => {
    const { world, id } = invited();
    const own = {
      colorId: '5',
      transparency: 'transparent',
      reminders: { useDefault: false },
      extendedProperties: { private: { a: '1' } },
    };
    const answer = world.event(BOB, id, 'PATCH', { body: { ...own, summary: 'Mine' } });
    expect(answer.body).toMatchObject({ ...own, summary: 'Talk' });
    expect(world.get(ALICE, id)).not.toHaveProperty('colorId');
    world.event(ALICE, id, 'PATCH', { body: { summary: 'New' } });
    expect(world.get(BOB, id)).toMatchObject({ ...own, summary: 'New' });
  });

  test('refuses shared properties', () => {
    const { world, id } = invited();
    const answer = world.event(BOB, id, 'PATCH', { body: { extendedProperties: { shared: { a: '1' } } } });
    expect([answer.status, reasonOf(answer)]).toEqual([403, 'forbiddenForNonOrganizer']);
  });

  test('changes the meeting itself where the organizer lets guests modify it', () => {
    const { world, id } = invited({}, { guestsCanModify: true });
    world.event(BOB, id, 'PATCH', { body: { summary: 'Ours' } });
    expect([ALICE, BOB, CAROL].map((calendar) => world.get(calendar, id).summary)).toEqual(['Ours', 'Ours', 'Ours']);
  });

  test('of a series has the same exceptions', () => {
    const { world, id } = invited({}, dailySeries());
    const changed = `${String(id)}_20270203T090000Z`;
    const cancelled = `${String(id)}_20270204T090000Z`;
    world.event(ALICE, changed, 'PATCH', { body: { summary: 'Other' } });
    world.event(ALICE, cancelled, 'DELETE');
    expect(world.get(BOB, changed)).toMatchObject({ summary: 'Other', recurringEventId: id });
    expect(world.get(BOB, cancelled)).toMatchObject({ status: 'cancelled', recurringEventId: id });
    expect(itemsOf(world.list(BOB, { singleEvents: 'true' }))).toHaveLength(9);
  });

  test('of one occurrence may be all that a guest has', () => {
    const { world, id } = invited({}, { ...dailySeries(), attendees: [] });
    const one = `${String(id)}_20270203T090000Z`;
    world.event(ALICE, one, 'PATCH', { body: { attendees: [{ email: BOB }] } });
    expect(idsOf(itemsOf(world.list(BOB)))).toEqual([one]);
    expect(world.event(BOB, id, 'GET').status).toBe(404);
  });

  test('of one occurrence can be declined by itself', () => {
    const { world, id } = invited({}, dailySeries());
    const one = `${String(id)}_20270203T090000Z`;
    world.event(BOB, one, 'DELETE');
    expect(world.get(BOB, one).status).toBe('cancelled');
    expect([answerOf(world, ALICE, one, BOB), answerOf(world, ALICE, id, BOB)]).toEqual(['declined', 'needsAction']);
    expect(world.get(ALICE, one).status).toBe('confirmed');
  });
});
