import { describe, expect, test } from '@jest/globals';
import { objectAt, textAt } from '../../../../sandbox/calendar/wire/json.ts';
import {
  ALICE,
  buildBerlinWorld,
  dailySeries,
  eventPath,
  idsOf,
  itemsOf,
  meeting,
  reasonOf,
  type World,
} from '../world.ts';

function instances(world: World, id: unknown, query: Record<string, string> = {}) {
  return itemsOf(world.call('GET', `${eventPath(ALICE, id)}/instances`, { query }));
}

const startsOf = (items: readonly object[]) =>
  items.map(
    (item) => textAt(objectAt({ ...item }, 'start'), 'dateTime') ?? textAt(objectAt({ ...item }, 'start'), 'date'),
  );

describe('a series', () => {
  test('has instances with ids made of its own id and their original start in UTC', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const items = instances(world, master.id);
    expect(items).toHaveLength(10);
    expect(items[0]).toMatchObject({
      id: `${String(master.id)}_20270201T090000Z`,
      etag: master.etag,
      iCalUID: master.iCalUID,
      recurringEventId: master.id,
      originalStartTime: { dateTime: '2027-02-01T10:00:00+01:00', timeZone: 'Europe/Berlin' },
    });
    expect(items[0]).not.toHaveProperty('recurrence');
    expect(world.get(ALICE, items[3]?.id)).toEqual(items[3]);
  });

  test('stays at its hour when clocks change', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, {
      start: { dateTime: '2027-03-27T10:00:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2027-03-27T11:00:00+01:00', timeZone: 'Europe/Berlin' },
      recurrence: ['RRULE:FREQ=DAILY;COUNT=2'],
    });
    const items = instances(world, master.id);
    expect(startsOf(items)).toEqual(['2027-03-27T10:00:00+01:00', '2027-03-28T10:00:00+02:00']);
    expect(items[1]?.id).toBe(`${String(master.id)}_20270328T080000Z`);
  });

  test('of whole days has dates in the ids of its instances', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, {
      start: { date: '2027-02-01' },
      end: { date: '2027-02-03' },
      recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20270215'],
    });
    const items = instances(world, master.id);
    expect(idsOf(items)).toEqual(['20270201', '20270208', '20270215'].map((day) => `${String(master.id)}_${day}`));
    expect(items[1]).toMatchObject({ start: { date: '2027-02-08' }, end: { date: '2027-02-10' } });
  });

  test('obeys EXDATE, RDATE and an UNTIL in UTC', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, {
      ...meeting(),
      recurrence: [
        'EXDATE;TZID=Europe/Berlin:20270202T100000',
        'RRULE:FREQ=DAILY;UNTIL=20270204T090000Z',
        'RDATE;TZID=Europe/Berlin:20270210T100000,20270202T120000',
      ],
    });
    expect(startsOf(instances(world, master.id))).toEqual([
      '2027-02-01T10:00:00+01:00',
      '2027-02-02T12:00:00+01:00',
      '2027-02-03T10:00:00+01:00',
      '2027-02-04T10:00:00+01:00',
      '2027-02-10T10:00:00+01:00',
    ]);
  });

  test('without an end can be listed window by window', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, { ...meeting(), recurrence: ['RRULE:FREQ=DAILY'] });
    const window = { timeMin: '2028-06-01T00:00:00Z', timeMax: '2028-06-03T00:00:00Z' };
    expect(startsOf(instances(world, master.id, window))).toEqual([
      '2028-06-01T10:00:00+02:00',
      '2028-06-02T10:00:00+02:00',
    ]);
    expect(instances(world, master.id).length).toBeLessThanOrEqual(250);
  });

  test('pages its instances, and finds one by its original start', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const path = `${eventPath(ALICE, master.id)}/instances`;
    const first = world.call('GET', path, { query: { maxResults: '6' } });
    const last = world.call('GET', path, { query: { maxResults: '6', pageToken: String(first.body.nextPageToken) } });
    expect([itemsOf(first).length, itemsOf(last).length, last.body.nextPageToken]).toEqual([6, 4, undefined]);
    const [found] = instances(world, master.id, { originalStart: '2027-02-05T09:00:00Z' });
    expect(found?.id).toBe(`${String(master.id)}_20270205T090000Z`);
  });

  test('has no instance at any other time', () => {
    const world = buildBerlinWorld();
    const master = String(world.insert(ALICE, dailySeries()).id);
    for (const stamp of ['20270201T091500Z', '20270211T090000Z', '20270131T090000Z', '20270201', '20271301T090000Z']) {
      expect(world.event(ALICE, `${master}_${stamp}`, 'GET').status).toBe(404);
    }
  });
});

describe('an exception', () => {
  test('is what a change of one instance makes; its original start stays', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const id = `${String(master.id)}_20270203T090000Z`;
    const token = world.token(ALICE);
    const body = { start: { dateTime: '2027-02-03T15:00:00+01:00' }, end: { dateTime: '2027-02-03T16:00:00+01:00' } };
    const changed = world.event(ALICE, id, 'PATCH', { body }).body;
    expect(changed).toMatchObject({
      id,
      start: { dateTime: '2027-02-03T15:00:00+01:00', timeZone: 'Europe/Berlin' },
      recurringEventId: master.id,
      originalStartTime: { dateTime: '2027-02-03T10:00:00+01:00' },
      sequence: 1,
    });
    expect(idsOf(world.changes(ALICE, token))).toEqual([id]);
    expect(instances(world, master.id)).toHaveLength(10);
    expect(instances(world, master.id)[2]).toEqual(changed);
  });

  test('that is cancelled is missing from its series, and cannot be cancelled twice', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const id = `${String(master.id)}_20270203T090000Z`;
    expect(world.event(ALICE, id, 'DELETE').status).toBe(204);
    expect(instances(world, master.id)).toHaveLength(9);
    expect(instances(world, master.id, { showDeleted: 'true' })).toHaveLength(10);
    expect(world.event(ALICE, id, 'DELETE').status).toBe(410);
    expect(world.get(ALICE, id)).toMatchObject({ status: 'cancelled', recurringEventId: master.id });
    world.event(ALICE, id, 'PATCH', { body: { status: 'confirmed' } });
    expect(instances(world, master.id)).toHaveLength(10);
  });

  test('cannot have rules of its own', () => {
    const world = buildBerlinWorld();
    const id = `${String(world.insert(ALICE, dailySeries()).id)}_20270203T090000Z`;
    expect(world.event(ALICE, id, 'PATCH', { body: { recurrence: ['RRULE:FREQ=DAILY'] } }).body).not.toHaveProperty(
      'recurrence',
    );
  });

  test('follows its master in what it never changed, and is listed again whenever the master is', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, { ...dailySeries(), location: 'Here' });
    const id = `${String(master.id)}_20270203T090000Z`;
    world.event(ALICE, id, 'PATCH', { body: { summary: 'Own' } });
    const token = world.token(ALICE);
    world.event(ALICE, master.id, 'PATCH', { body: { summary: 'All', location: 'There' } });
    const changes = world.changes(ALICE, token);
    expect(idsOf(changes)).toEqual([id, master.id]);
    expect(changes[0]).toMatchObject({ summary: 'Own', location: 'There', etag: changes[1]?.etag });
  });

  test('is listed again only with a change of its own where the setting says so', () => {
    const world = buildBerlinWorld({ exceptionsComeAgain: false });
    const master = world.insert(ALICE, { ...dailySeries(), location: 'Here' });
    const [own, cancelled] = ['03', '04'].map((day) => `${String(master.id)}_202702${day}T090000Z`);
    world.event(ALICE, own, 'PATCH', { body: { summary: 'Own' } });
    world.event(ALICE, cancelled, 'DELETE');
    let token = world.token(ALICE);
    world.event(ALICE, master.id, 'PATCH', { body: { summary: 'All' } });
    expect(idsOf(world.changes(ALICE, token))).toEqual([master.id]);
    token = world.token(ALICE);
    world.event(ALICE, master.id, 'PATCH', { body: { location: 'There' } });
    expect(idsOf(world.changes(ALICE, token))).toEqual([own, master.id]);
  });

  test.each([false, true])('is listed with its master where a change touches that: %s', (changesTouchMaster) => {
    const world = buildBerlinWorld({ changesTouchMaster });
    const master = world.insert(ALICE, dailySeries());
    const own = `${String(master.id)}_20270203T090000Z`;
    for (const summary of ['Own', 'Own still']) {
      const token = world.token(ALICE);
      const { etag } = world.get(ALICE, String(master.id));
      world.event(ALICE, own, 'PATCH', { body: { summary } });
      const changes = world.changes(ALICE, token);
      expect(idsOf(changes)).toEqual(changesTouchMaster ? [own, master.id] : [own]);
      expect(changes[0]).toMatchObject({ summary });
      expect(world.get(ALICE, String(master.id)).etag === etag).toBe(!changesTouchMaster);
    }
  });

  test('goes with its master, and comes back with it', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const changed = `${String(master.id)}_20270203T090000Z`;
    const cancelled = `${String(master.id)}_20270204T090000Z`;
    world.event(ALICE, changed, 'PATCH', { body: { summary: 'Own' } });
    world.event(ALICE, cancelled, 'DELETE');
    const token = world.token(ALICE);
    world.event(ALICE, master.id, 'DELETE');
    expect(world.changes(ALICE, token).map(({ id, status }) => [id, status])).toEqual([
      [changed, 'cancelled'],
      [master.id, 'cancelled'],
    ]);
    expect(world.event(ALICE, `${String(master.id)}_20270205T090000Z`, 'GET').status).toBe(404);
    world.event(ALICE, master.id, 'PATCH', { body: { status: 'confirmed' } });
    expect(world.get(ALICE, changed)).toMatchObject({ status: 'confirmed', summary: 'Own' });
    expect(world.get(ALICE, cancelled)).toMatchObject({ status: 'cancelled' });
  });

  test('whose occurrence the series lost is left as a tombstone that does not say what it was', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const kept = `${String(master.id)}_20270202T090000Z`;
    const lost = `${String(master.id)}_20270208T090000Z`;
    world.event(ALICE, kept, 'PATCH', { body: { summary: 'Own' } });
    world.event(ALICE, lost, 'PATCH', { body: { summary: 'Own' } });
    const token = world.token(ALICE);
    world.event(ALICE, master.id, 'PATCH', { body: { recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] } });
    const changes = world.changes(ALICE, token);
    expect(changes.find(({ id }) => id === lost)).toEqual({
      kind: 'calendar#event',
      etag: expect.any(String),
      id: lost,
      status: 'cancelled',
    });
    expect(changes.find(({ id }) => id === kept)).toMatchObject({ status: 'confirmed', summary: 'Own' });
  });
});

describe('"this and following"', () => {
  test('ends the old series the day before and begins a new one whose id comes from the old', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, { ...meeting(), recurrence: ['RRULE:FREQ=DAILY'] });
    const token = world.token(ALICE);
    const { old, following } = world.calendar.split(ALICE, String(master.id), '2027-02-04T10:00:00+01:00', {
      summary: 'New',
    });
    // As recorded: local midnight less one second, and the start in UTC without Z.
    expect(old).toMatchObject({
      id: master.id,
      recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270203T225959Z'],
      summary: 'Talk',
      sequence: 0,
    });
    expect(following).toMatchObject({
      id: `${String(master.id)}_R20270204T090000`,
      iCalUID: `${String(master.id)}_R20270204T090000@google.com`,
      recurrence: ['RRULE:FREQ=DAILY'],
      start: { dateTime: '2027-02-04T10:00:00+01:00' },
      summary: 'New',
      sequence: 0,
      etag: old.etag,
    });
    expect(following).not.toHaveProperty('recurringEventId');
    expect(idsOf(world.changes(ALICE, token)).toSorted()).toEqual([following.id, old.id].toSorted());
    expect(instances(world, master.id)).toHaveLength(3);
  });

  test('gives the new half an id that nothing links to the old one where it moves the start', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const change = { start: { dateTime: '2027-02-04T08:00:00+01:00' }, end: { dateTime: '2027-02-04T09:00:00+01:00' } };
    const { following } = world.calendar.split(ALICE, String(master.id), '2027-02-04T09:00:00Z', change);
    expect(String(following.id)).toMatch(/^[a-v0-9]{26}$/);
    expect(following).toMatchObject({ sequence: 1, iCalUID: `${String(following.id)}@google.com` });
    expect(instances(world, following.id)).toHaveLength(7);
  });

  test('shares out COUNT and EXDATE', () => {
    const world = buildBerlinWorld();
    const exdates = 'EXDATE;TZID=Europe/Berlin:20270202T100000,20270206T100000';
    const master = world.insert(ALICE, { ...dailySeries(), recurrence: ['RRULE:FREQ=DAILY;COUNT=10', exdates] });
    const { old, following } = world.calendar.split(ALICE, String(master.id), '2027-02-04T10:00:00+01:00');
    expect(following.recurrence).toEqual(['RRULE:FREQ=DAILY;COUNT=7', 'EXDATE;TZID=Europe/Berlin:20270206T100000']);
    expect(old.recurrence).toContain('EXDATE;TZID=Europe/Berlin:20270202T100000');
    expect(instances(world, old.id).length + instances(world, following.id).length).toBe(8);
  });

  test('gives an additional date that is the cut to the new half alone', () => {
    const world = buildBerlinWorld();
    const rdates = 'RDATE;TZID=Europe/Berlin:20270301T100000,20270310T100000';
    const master = world.insert(ALICE, { ...dailySeries(), recurrence: ['RRULE:FREQ=DAILY;COUNT=3', rdates] });
    const { old, following } = world.calendar.split(ALICE, String(master.id), '2027-03-01T10:00:00+01:00');
    expect(startsOf(instances(world, old.id)).at(-1)).toBe('2027-02-03T10:00:00+01:00');
    expect(startsOf(instances(world, following.id))).toEqual([
      '2027-03-01T10:00:00+01:00',
      '2027-03-10T10:00:00+01:00',
    ]);
  });

  test('leaves exceptions beyond the cut as bare tombstones, whose ids then name occurrences of the new half', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const beyond = `${String(master.id)}_20270206T090000Z`;
    world.event(ALICE, beyond, 'PATCH', { body: { summary: 'Own' } });
    const token = world.token(ALICE);
    const { following } = world.calendar.split(ALICE, String(master.id), '2027-02-04T10:00:00+01:00');
    const tombstone = world.changes(ALICE, token).find(({ id }) => id === beyond);
    expect(tombstone).toMatchObject({ status: 'cancelled' });
    expect(tombstone).not.toHaveProperty('recurringEventId');
    expect(world.get(ALICE, beyond)).toMatchObject({
      status: 'confirmed',
      summary: 'Talk',
      recurringEventId: following.id,
    });
    // Recorded: an occurrence of the new half has an id on the base of the old.
    world.event(ALICE, beyond, 'DELETE');
    expect(world.get(ALICE, beyond)).toMatchObject({ status: 'cancelled', recurringEventId: following.id });
    expect(instances(world, following.id)).toHaveLength(6);
  });

  test('can be done again to the new half, and by whole days', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, {
      start: { date: '2027-02-01' },
      end: { date: '2027-02-02' },
      recurrence: ['RRULE:FREQ=DAILY'],
    });
    const first = world.calendar.split(ALICE, String(master.id), '2027-02-04');
    const second = world.calendar.split(ALICE, String(first.following.id), '2027-02-06');
    expect(first.old.recurrence).toEqual(['RRULE:FREQ=DAILY;UNTIL=20270203']);
    expect(second.following.id).toBe(`${String(master.id)}_R20270206`);
    expect(instances(world, second.old.id)).toHaveLength(2);
  });

  test('at the first occurrence is a change of the whole series', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    const { old, following } = world.calendar.split(ALICE, String(master.id), '2027-02-01T10:00:00+01:00', {
      summary: 'New',
    });
    expect(old).toEqual(following);
    expect(itemsOf(world.list(ALICE))).toMatchObject([{ id: master.id, summary: 'New' }]);
  });

  test('copies the conference to the new half', () => {
    const world = buildBerlinWorld();
    const conferenceData = {
      conferenceId: 'c',
      conferenceSolution: { name: 'x' },
      entryPoints: [{ uri: 'https://x.example' }],
    };
    const master = world.insert(ALICE, { ...dailySeries(), conferenceData }, { conferenceDataVersion: '1' });
    const { following } = world.calendar.split(ALICE, String(master.id), '2027-02-04T10:00:00+01:00');
    expect(following.conferenceData).toEqual(conferenceData);
  });

  test('can be deleted: the series ends earlier, or is gone', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    world.calendar.cut(ALICE, String(master.id), '2027-02-04T10:00:00+01:00');
    expect(instances(world, master.id)).toHaveLength(3);
    expect(world.calendar.cut(ALICE, String(master.id), '2027-02-01T10:00:00+01:00')).toMatchObject({
      status: 'cancelled',
    });
    expect(itemsOf(world.list(ALICE))).toEqual([]);
  });

  test('needs an occurrence to begin with', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    expect(() => world.calendar.split(ALICE, String(master.id), '2027-02-04T11:00:00+01:00')).toThrow('no occurrence');
    expect(() => world.calendar.split(ALICE, String(world.insert(ALICE).id), '2027-02-01T10:00:00+01:00')).toThrow(
      'no series',
    );
    expect(() => world.calendar.split(ALICE, 'nothing', '2027-02-04')).toThrow('Not Found');
    expect(reasonOf(world.call('GET', `${eventPath(ALICE, 'nothing')}/instances`))).toBe('notFound');
  });
});
