import { describe, expect, test } from '@jest/globals';
import type { AccessRole } from '../../../sandbox/calendar/state/access-role.ts';
import { ALICE, BOB, buildWorld, CAROL, dailySeries, eventsPath, itemsOf, meeting, reasonOf } from './world.ts';

const SECRET = {
  visibility: 'private',
  summary: 'Secret',
  conferenceData: { conferenceId: 'c', conferenceSolution: { name: 'x' }, entryPoints: [{ uri: 'https://x.example' }] },
};

function shared(role: AccessRole) {
  const world = buildWorld();
  const open = world.insert(ALICE);
  const secret = world.insert(ALICE, SECRET, { conferenceDataVersion: '1' });
  world.calendar.share(ALICE, BOB, role);
  return { world, open, secret };
}

describe('who asks', () => {
  test('is the owner of the calendar where the request does not say', () => {
    const world = buildWorld();
    expect(world.list(BOB).body.accessRole).toBe('owner');
    expect(world.insert(BOB).creator).toEqual({ email: BOB, self: true });
  });

  test('is named by the authorization, and any other authorization is refused', () => {
    const world = buildWorld();
    expect(world.list('primary', {}, CAROL).body.summary).toBe(CAROL);
    const answer = world.call('GET', eventsPath(ALICE), { headers: { Authorization: 'Bearer ya29.x' } });
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'authError']);
  });

  test('has a primary calendar; without a name it is the default user', () => {
    expect(buildWorld().list('primary').body.summary).toBe(ALICE);
    expect(buildWorld({ defaultUser: BOB }).list('primary').body.summary).toBe(BOB);
  });
});

describe('a calendar', () => {
  test('springs into being at its first use only where that is wanted, and only with an address', () => {
    expect(buildWorld().list(CAROL).status).toBe(200);
    expect(buildWorld().list('no-address').status).toBe(404);
    const strict = buildWorld({ autoCreate: false });
    expect(reasonOf(strict.list(CAROL))).toBe('notFound');
    strict.calendar.addCalendar(CAROL);
    expect(strict.list(CAROL).status).toBe(200);
  });

  test('is nowhere for a stranger', () => {
    const { world, open } = shared('none');
    expect(world.list(ALICE, {}, BOB).status).toBe(404);
    expect(world.event(ALICE, open.id, 'GET', { as: BOB }).status).toBe(404);
  });

  test.each<[AccessRole, boolean]>([
    ['reader', false],
    ['writerWithoutPrivateAccess', false],
    ['writer', true],
    ['owner', true],
  ])('shows a %s private details: %s', (role, sees) => {
    const { world, secret } = shared(role);
    const answer = world.list(ALICE, {}, BOB);
    expect(answer.body.accessRole).toBe(role);
    const item = itemsOf(answer).find(({ id }) => id === secret.id);
    expect(item).toMatchObject({ id: secret.id, status: 'confirmed', start: secret.start, visibility: 'private' });
    expect([item?.summary, item?.conferenceData]).toEqual(
      sees ? [SECRET.summary, SECRET.conferenceData] : [undefined, undefined],
    );
    expect(world.event(ALICE, secret.id, 'GET', { as: BOB }).body).toEqual(item);
  });

  test('shows a guest the private details of his meeting', () => {
    const { world } = shared('reader');
    const { id } = world.insert(ALICE, { ...SECRET, attendees: [{ email: BOB }] });
    expect(world.event(ALICE, id, 'GET', { as: BOB }).body.summary).toBe('Secret');
  });

  test('shows a free/busy reader occurrences without details, and nothing else', () => {
    const { world, open } = shared('freeBusyReader');
    world.insert(ALICE, dailySeries());
    const answer = world.list(ALICE, {}, BOB);
    const items = itemsOf(answer);
    expect(answer.body.accessRole).toBe('freeBusyReader');
    expect(items).toHaveLength(12);
    expect(items.every((item) => item.summary === undefined && item.recurrence === undefined)).toBe(true);
    const refused = world.event(ALICE, open.id, 'GET', { as: BOB });
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { error: { message: 'You need to have reader access to this calendar.' } },
    ]);
  });

  test.each<[AccessRole, number]>([
    ['freeBusyReader', 403],
    ['reader', 403],
    ['writerWithoutPrivateAccess', 200],
    ['writer', 200],
  ])('lets a %s write: %d', (role, status) => {
    const { world, open } = shared(role);
    expect(world.call('POST', eventsPath(ALICE), { body: meeting(), as: BOB }).status).toBe(status);
    expect(world.event(ALICE, open.id, 'PATCH', { body: { summary: 'x' }, as: BOB }).status).toBe(status);
  });

  test('does not let anybody write to what he may not see', () => {
    const { world, secret } = shared('writerWithoutPrivateAccess');
    expect(reasonOf(world.event(ALICE, secret.id, 'PATCH', { body: { summary: 'x' }, as: BOB }))).toBe(
      'requiredAccessLevel',
    );
  });

  test('names the writer as creator and itself as organizer', () => {
    const { world } = shared('writer');
    const event = world.call('POST', eventsPath(ALICE), { body: meeting(), as: BOB }).body;
    expect(event).toMatchObject({ creator: { email: BOB }, organizer: { email: ALICE, self: true } });
  });

  test("lets the sync tokens of a user expire when his role changes, and nobody else's", () => {
    const { world } = shared('reader');
    const tokens = [world.token(ALICE, BOB), world.token(ALICE)] as const;
    world.calendar.share(ALICE, BOB, 'writer');
    expect(reasonOf(world.list(ALICE, { syncToken: tokens[0] }, BOB))).toBe('fullSyncRequired');
    expect(world.list(ALICE, { syncToken: tokens[1] }).status).toBe(200);
  });
});
