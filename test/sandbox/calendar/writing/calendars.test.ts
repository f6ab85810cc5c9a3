import { describe, expect, test } from '@jest/globals';
import { ALICE, BOB, buildWorld, dailySeries, eventsPath, idsOf, itemsOf, reasonOf } from '../world.ts';

describe('calendars', () => {
  test('can be made, read, changed and deleted by their owner', () => {
    const world = buildWorld();
    const made = world.call('POST', 'calendars', { body: { summary: 'Team', timeZone: 'Europe/Berlin' }, as: BOB });
    const { id } = made.body;
    expect(made.body).toMatchObject({
      kind: 'calendar#calendar',
      summary: 'Team',
      timeZone: 'Europe/Berlin',
      id: expect.stringMatching(/@group\.calendar\.google\.com$/),
    });
    const path = `calendars/${encodeURIComponent(String(id))}`;
    expect(world.call('PATCH', path, { body: { description: 'x' }, as: BOB }).body).toMatchObject({
      description: 'x',
      summary: 'Team',
    });
    expect(world.call('GET', path, { as: BOB }).body).toMatchObject({ description: 'x' });
    expect(world.call('GET', path, { as: ALICE }).status).toBe(404);
    expect(world.call('DELETE', path, { as: BOB }).status).toBe(204);
    // Not even the automatic creation brings it back.
    expect(world.call('GET', path, { as: BOB }).status).toBe(404);
    expect(world.list(String(id)).status).toBe(404);
  });

  test('organize their own events where they are not the primary one', () => {
    const world = buildWorld();
    world.calendar.addCalendar('team@group.calendar.google.com', { owner: ALICE, summary: 'Team' });
    expect(world.insert('team@group.calendar.google.com')).toMatchObject({
      organizer: { email: 'team@group.calendar.google.com', displayName: 'Team', self: true },
      creator: { email: ALICE },
    });
  });

  test('that are primary cannot be deleted but cleared, others the other way round', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    const token = world.token(ALICE);
    expect(reasonOf(world.call('DELETE', `calendars/${ALICE}`))).toBe('cannotDeletePrimaryCalendar');
    expect(world.call('POST', `calendars/${ALICE}/clear`).status).toBe(204);
    expect(world.changes(ALICE, token)).toMatchObject([{ id, status: 'cancelled' }]);
    world.calendar.addCalendar('team@group.calendar.google.com', { owner: ALICE });
    expect(world.call('POST', 'calendars/team@group.calendar.google.com/clear').status).toBe(400);
  });

  test('that are cleared keep neither series nor single occurrences to which their owner was invited', () => {
    const world = buildWorld();
    for (const id of [ALICE, BOB]) world.calendar.addCalendar(id);
    world.insert(ALICE, dailySeries());
    const theirs = String(world.insert(BOB, dailySeries()).id);
    world.event(BOB, `${theirs}_20270203T090000Z`, 'PATCH', { body: { attendees: [{ email: ALICE }] } });
    expect(itemsOf(world.list(ALICE))).toHaveLength(2);
    world.call('POST', `calendars/${ALICE}/clear`);
    expect(itemsOf(world.list(ALICE))).toEqual([]);
    expect(itemsOf(world.list(BOB))).toHaveLength(2);
  });

  test('that are deleted are watched no more', () => {
    const world = buildWorld();
    const team = 'team@group.calendar.google.com';
    world.calendar.addCalendar(team, { owner: ALICE });
    world.call('POST', `${eventsPath(team)}/watch`, {
      body: { id: 'c', type: 'web_hook', address: 'https://x.example/' },
    });
    world.call('DELETE', `calendars/${team}`);
    expect(world.calendar.openChannels()).toEqual([]);
  });

  test('need a name and a known zone', () => {
    const world = buildWorld();
    expect(reasonOf(world.call('POST', 'calendars', { body: {} }))).toBe('required');
    world.calendar.addCalendar(ALICE);
    expect(reasonOf(world.call('PATCH', `calendars/${ALICE}`, { body: { timeZone: 'Mars/One' } }))).toBe('invalid');
  });
});

describe('a calendar list', () => {
  test('shows a user what he has access to, and how far', () => {
    const world = buildWorld();
    for (const id of [ALICE, BOB, 'x@example.com', 'y@example.com']) world.calendar.addCalendar(id);
    world.calendar.share('x@example.com', ALICE, 'freeBusyReader');
    world.calendar.share('y@example.com', ALICE, 'writer');
    const list = (query = {}) => itemsOf(world.call('GET', 'users/me/calendarList', { query, as: ALICE }));
    expect(list().map(({ id, accessRole, primary }) => [id, accessRole, primary])).toEqual([
      [ALICE, 'owner', true],
      ['x@example.com', 'freeBusyReader', undefined],
      ['y@example.com', 'writer', undefined],
    ]);
    expect(idsOf(list({ minAccessRole: 'writer' }))).toEqual([ALICE, 'y@example.com']);
    const first = world.call('GET', 'users/me/calendarList', { query: { maxResults: '2' }, as: ALICE });
    expect(idsOf(list({ maxResults: '2', pageToken: String(first.body.nextPageToken) }))).toEqual(['y@example.com']);
    expect(world.call('GET', 'users/me/calendarList/y@example.com', { as: ALICE }).body).toMatchObject({
      kind: 'calendar#calendarListEntry',
      accessRole: 'writer',
    });
    expect(world.call('GET', `users/me/calendarList/${BOB}`, { as: ALICE }).status).toBe(404);
  });

  test('begins with the own calendar of a user who was never seen before', () => {
    expect(itemsOf(buildWorld().call('GET', 'users/me/calendarList'))).toMatchObject([{ id: ALICE, primary: true }]);
  });
});

describe('a path', () => {
  test.each([
    ['GET', ''],
    ['GET', 'calendars'],
    ['POST', `calendars/${ALICE}`],
    ['PATCH', eventsPath(ALICE)],
    ['GET', 'freeBusy'],
    ['GET', `${eventsPath(ALICE)}/a/instances/b`],
    ['GET', 'channels/stop'],
    ['GET', 'users/you/calendarList'],
    ['GET', 'calendars/%E0%A4%A/events'],
  ])('that leads nowhere, %s %s, answers 404 in the usual shape', (method, path) => {
    const answer = buildWorld().call(method, path);
    expect([answer.status, answer.body]).toMatchObject([
      404,
      { error: { code: 404, errors: [{ domain: 'global', reason: 'notFound' }] } },
    ]);
  });

  test('may be written with or without percent-encoding', () => {
    const world = buildWorld();
    world.insert(ALICE);
    expect(itemsOf(world.call('GET', 'calendars/alice%40example.com/events'))).toEqual(
      itemsOf(world.call('GET', `calendars/${ALICE}/events`)),
    );
  });
});
