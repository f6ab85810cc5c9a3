/** A user's list of calendars, his settings, the colours, and how calendars themselves change hands. */
import { describe, expect, test } from '@jest/globals';
import { ALICE, BOB, buildWorld, idsOf, itemsOf, reasonOf, type World } from '../world.ts';

const LIST = 'users/me/calendarList';
const TEAM = 'team@group.calendar.google.com';

function withTeam(): World {
  const world = buildWorld({ autoCreate: false });
  for (const id of [ALICE, BOB]) world.calendar.addCalendar(id);
  world.calendar.addCalendar(TEAM, { owner: ALICE, summary: 'Team' });
  return world;
}

const list = (world: World, query = {}) => world.call('GET', LIST, { query, as: ALICE });

describe('an entry', () => {
  test('is taken out, put in again and changed by its user alone', () => {
    const world = withTeam();
    world.calendar.share(TEAM, BOB, 'reader');
    expect(world.call('DELETE', `${LIST}/${TEAM}`, { as: ALICE }).status).toBe(204);
    expect([idsOf(itemsOf(list(world))), world.call('GET', `${LIST}/${TEAM}`, { as: ALICE }).status]).toEqual([
      [ALICE],
      404,
    ]);
    expect(world.call('GET', `${LIST}/${TEAM}`, { as: BOB }).status).toBe(200);
    const put = world.call('POST', LIST, { body: { id: TEAM, colorId: '2', hidden: true }, as: ALICE });
    expect(put.body).toMatchObject({
      kind: 'calendar#calendarListEntry',
      id: TEAM,
      colorId: '2',
      hidden: true,
      selected: false,
    });
    expect(idsOf(itemsOf(list(world)))).toEqual([ALICE]);
    expect(idsOf(itemsOf(list(world, { showHidden: 'true' })))).toEqual([ALICE, TEAM]);
    const patch = world.call('PATCH', `${LIST}/${TEAM}`, { body: { hidden: false, summaryOverride: 'Us' }, as: ALICE });
    expect(patch.body).toMatchObject({ summary: 'Team', summaryOverride: 'Us', colorId: '2', dataOwner: ALICE });
    expect(patch.body).not.toHaveProperty('hidden');
    const put2 = world.call('PUT', `${LIST}/${TEAM}`, { body: { selected: true }, as: ALICE });
    expect(put2.body).not.toHaveProperty('summaryOverride');
    expect(world.call('GET', TEAM.replace(/^/, 'calendars/'), { as: BOB }).body.summary).toBe('Team');
  });

  test('has colours by their numbers where the request says so', () => {
    const world = withTeam();
    const body = { backgroundColor: '#123456' };
    expect(world.call('PATCH', `${LIST}/${TEAM}`, { body, as: ALICE }).body.backgroundColor).not.toBe('#123456');
    const query = { colorRgbFormat: 'true' };
    expect(world.call('PATCH', `${LIST}/${TEAM}`, { body, query, as: ALICE }).body.backgroundColor).toBe('#123456');
  });

  test.each([
    [{}, 400, 'required'],
    [{ id: 'nobody@example.com' }, 404, 'notFound'],
    [{ id: TEAM, colorId: '99' }, 400, 'invalid'],
    [{ id: TEAM, defaultReminders: [{ method: 'pigeon', minutes: 5 }] }, 400, 'invalid'],
  ])('is not made from %j', (body, status, reason) => {
    const answer = withTeam().call('POST', LIST, { body, as: ALICE });
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
  });
});

describe('the list', () => {
  test('tells a sync token what came, what went and what its user changed, and nothing else', () => {
    const world = withTeam();
    const token = () => String(list(world).body.nextSyncToken);
    const changed = (syncToken: string) =>
      itemsOf(list(world, { syncToken })).map(({ id, deleted }) => [id, deleted === true]);
    const first = token();
    world.call('PATCH', `calendars/${TEAM}`, { body: { summary: 'New' }, as: ALICE });
    expect(changed(first)).toEqual([]);
    world.calendar.share(BOB, ALICE, 'reader');
    expect(changed(first)).toEqual([[BOB, false]]);
    const second = token();
    world.call('PATCH', `${LIST}/${TEAM}`, { body: { hidden: true }, as: ALICE });
    world.calendar.share(BOB, ALICE, 'none');
    expect(changed(second)).toEqual([
      [TEAM, false],
      [BOB, true],
    ]);
    world.call('DELETE', `calendars/${TEAM}`, { as: ALICE });
    expect(changed(second)).toContainEqual([TEAM, true]);
  });

  test.each([[{ minAccessRole: 'owner' }], [{ showHidden: 'false' }], [{ showOwnOrganizationOnly: 'true' }]])(
    'refuses a token with %j',
    (narrow) => {
      const world = withTeam();
      const syncToken = String(list(world).body.nextSyncToken);
      expect(reasonOf(list(world, { syncToken, ...narrow }))).toBe('syncTokenWithRequestRestrictions');
    },
  );

  test('can be watched: by its user, for what is his', () => {
    const world = withTeam();
    const body = { id: 'c', type: 'web_hook', address: 'https://x.example/' };
    world.call('POST', `${LIST}/watch`, { body, as: ALICE });
    world.call('POST', `calendars/${BOB}/acl`, {
      body: { role: 'reader', scope: { type: 'user', value: ALICE } },
      as: BOB,
    });
    world.call('POST', 'calendars', { body: { summary: 'Mine' }, as: ALICE });
    world.call('POST', 'calendars', { body: { summary: 'His' }, as: BOB });
    expect(world.notifications).toHaveLength(3);
  });
});

describe('a calendar', () => {
  test('loses by an update what it does not name', () => {
    const world = withTeam();
    const path = `calendars/${TEAM}`;
    const patched = world.call('PATCH', path, { body: { description: 'x', location: 'Here' }, as: ALICE }).body;
    expect(patched).toMatchObject({ summary: 'Team', description: 'x', location: 'Here', dataOwner: ALICE });
    const updated = world.call('PUT', path, { body: { summary: 'Us' }, as: ALICE }).body;
    expect([updated.summary, updated.description, updated.location]).toEqual(['Us', undefined, undefined]);
    expect(reasonOf(world.call('PUT', path, { body: {}, as: ALICE }))).toBe('required');
  });

  test('changes hands, and stays with its former owner as one of two', () => {
    const world = withTeam();
    const path = `calendars/${TEAM}/transferOwnership`;
    const query = { newDataOwner: BOB, useAdminAccess: 'true' };
    world.calendar.share(TEAM, BOB, 'owner');
    expect(world.call('POST', path, { query, as: BOB }).status).toBe(403);
    expect(reasonOf(world.call('POST', path, { query: { newDataOwner: BOB }, as: ALICE }))).toBe('required');
    expect(world.call('POST', path, { query, as: ALICE }).status).toBe(204);
    expect(world.call('GET', `calendars/${TEAM}`, { as: ALICE }).body.dataOwner).toBe(BOB);
    expect(world.call('POST', `calendars/${ALICE}/transferOwnership`, { query, as: ALICE }).status).toBe(400);
  });
});

describe('settings and colours', () => {
  test('can be read, listed, watched', () => {
    const world = withTeam();
    const settings = world.call('GET', 'users/me/settings', { query: { maxResults: '2' }, as: ALICE });
    expect([itemsOf(settings).length, typeof settings.body.nextPageToken]).toEqual([2, 'string']);
    const path = 'users/me/settings/timezone';
    expect(world.call('GET', path, { as: ALICE }).body).toMatchObject({ kind: 'calendar#setting', value: 'UTC' });
    expect(world.call('GET', 'users/me/settings/nothing', { as: ALICE }).status).toBe(404);
    const syncToken = String(world.call('GET', 'users/me/settings', { as: ALICE }).body.nextSyncToken);
    const body = { id: 'c', type: 'web_hook', address: 'https://x.example/' };
    world.call('POST', 'users/me/settings/watch', { body, as: ALICE });
    world.call('PATCH', `calendars/${ALICE}`, { body: { timeZone: 'Asia/Tokyo' }, as: ALICE });
    expect(itemsOf(world.call('GET', 'users/me/settings', { query: { syncToken }, as: ALICE }))).toMatchObject([
      { id: 'timezone', value: 'Asia/Tokyo' },
    ]);
    expect(world.notifications).toHaveLength(2);
  });

  test('have the palettes of Calendar', () => {
    expect(withTeam().call('GET', 'colors').body).toMatchObject({
      kind: 'calendar#colors',
      calendar: { 24: { background: '#a47ae2' } },
      event: { 11: { background: '#dc2127', foreground: '#1d1d1d' } },
    });
  });
});
