/** Rules of access through the API: what they give, whom they tell, and how they are listed. */
import { describe, expect, test } from '@jest/globals';
import { ALICE, BOB, buildWorld, CAROL, eventsPath, itemsOf, reasonOf, type World } from '../world.ts';

const ACL = `calendars/${ALICE}/acl`;
const ruleFor = (email: string, role: string) => ({ role, scope: { type: 'user', value: email } });

function shared(): World {
  const world = buildWorld({ autoCreate: false });
  for (const id of [ALICE, BOB, CAROL]) world.calendar.addCalendar(id);
  return world;
}

function ids(world: World, query = {}): readonly unknown[] {
  return itemsOf(world.call('GET', ACL, { query, as: ALICE })).map(({ id, role }) => `${String(id)} ${String(role)}`);
}

describe('a rule', () => {
  test('gives access, changes it and takes it away', () => {
    const world = shared();
    const status = () => world.list(ALICE, {}, BOB).status;
    expect(status()).toBe(404);
    const made = world.call('POST', ACL, { body: ruleFor('Bob@Example.com', 'reader'), as: ALICE });
    expect(made.body).toEqual({
      kind: 'calendar#aclRule',
      etag: expect.any(String),
      id: `user:${BOB}`,
      role: 'reader',
      scope: { type: 'user', value: BOB },
    });
    expect([status(), world.list(ALICE, {}, BOB).body.accessRole]).toEqual([200, 'reader']);
    const path = `${ACL}/${encodeURIComponent(`user:${BOB}`)}`;
    expect(world.call('PATCH', path, { body: { role: 'writer' }, as: ALICE }).body.role).toBe('writer');
    expect(world.call('PUT', path, { body: { role: 'freeBusyReader' }, as: ALICE }).body.role).toBe('freeBusyReader');
    expect(world.call('GET', path, { as: ALICE }).body.role).toBe('freeBusyReader');
    expect(world.call('DELETE', path, { as: ALICE }).status).toBe(204);
    expect([status(), world.call('GET', path, { as: ALICE }).status]).toEqual([404, 404]);
  });

  test('for a domain or for everybody reaches whoever it names', () => {
    const world = shared();
    world.call('POST', ACL, { body: { role: 'reader', scope: { type: 'domain', value: 'example.com' } }, as: ALICE });
    expect(world.list(ALICE, {}, BOB).body.accessRole).toBe('reader');
    expect(world.list(ALICE, {}, 'x@elsewhere.org').status).toBe(404);
    world.call('POST', ACL, { body: { role: 'freeBusyReader', scope: { type: 'default' } }, as: ALICE });
    expect(world.list(ALICE, {}, 'x@elsewhere.org').body.accessRole).toBe('freeBusyReader');
  });

  test('ends the sync tokens of whom it concerns, and his notifications', () => {
    const world = shared();
    world.call('POST', ACL, { body: ruleFor(BOB, 'reader'), as: ALICE });
    const token = world.token(ALICE, BOB);
    world.call('POST', `${eventsPath(ALICE)}/watch`, {
      body: { id: 'c', type: 'web_hook', address: 'https://x.example/' },
      as: BOB,
    });
    world.call('DELETE', `${ACL}/user:${BOB}`, { as: ALICE });
    world.notifications.length = 0;
    world.insert(ALICE);
    expect(world.notifications).toEqual([]);
    world.call('POST', ACL, { body: ruleFor(BOB, 'reader'), as: ALICE });
    expect(reasonOf(world.list(ALICE, { syncToken: token }, BOB))).toBe('fullSyncRequired');
  });

  test.each([
    [{ scope: { type: 'user', value: BOB } }, 400, 'required'],
    [{ role: 'reader' }, 400, 'required'],
    [{ role: 'king', scope: { type: 'user', value: BOB } }, 400, 'invalid'],
    [{ role: 'reader', scope: { type: 'user', value: 'bob' } }, 400, 'invalidScopeValue'],
    [{ role: 'reader', scope: { type: 'planet' } }, 400, 'invalid'],
    [ruleFor(ALICE, 'reader'), 403, 'cannotChangeOwnerAcl'],
  ])('%j is refused', (body, status, reason) => {
    const answer = shared().call('POST', ACL, { body, as: ALICE });
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
  });

  test('is read by those who write, and made by owners', () => {
    const world = shared();
    world.calendar.share(ALICE, BOB, 'reader');
    expect(reasonOf(world.call('GET', ACL, { as: BOB }))).toBe('requiredAccessLevel');
    world.calendar.share(ALICE, BOB, 'writer');
    expect(world.call('GET', ACL, { as: BOB }).status).toBe(200);
    expect(world.call('POST', ACL, { body: ruleFor(CAROL, 'reader'), as: BOB }).status).toBe(403);
    world.calendar.share(ALICE, BOB, 'owner');
    expect(world.call('POST', ACL, { body: ruleFor(CAROL, 'reader'), as: BOB }).status).toBe(200);
    expect(reasonOf(world.call('DELETE', `${ACL}/user:${BOB}`, { as: BOB }))).toBe('cannotChangeOwnAcl');
  });
});

describe('the list of rules', () => {
  test('comes in pages, and then by what changed', () => {
    const world = shared();
    world.calendar.share(ALICE, BOB, 'reader');
    const first = world.call('GET', ACL, { query: { maxResults: '1' }, as: ALICE }).body;
    expect([itemsOf({ status: 200, headers: {}, body: first }).length, first.nextSyncToken]).toEqual([1, undefined]);
    const pageToken = String(first.nextPageToken);
    const last = world.call('GET', ACL, { query: { maxResults: '1', pageToken }, as: ALICE }).body;
    const syncToken = String(last.nextSyncToken);
    expect(ids(world, { syncToken })).toEqual([]);
    world.call('DELETE', `${ACL}/user:${BOB}`, { as: ALICE });
    world.calendar.share(ALICE, CAROL, 'writer');
    expect(ids(world, { syncToken })).toEqual([`user:${BOB} none`, `user:${CAROL} writer`]);
    expect(ids(world)).toEqual([`user:${ALICE} owner`, `user:${CAROL} writer`]);
    expect(ids(world, { showDeleted: 'true' })).toContain(`user:${BOB} none`);
  });

  test.each([
    [{ syncToken: 'x' }, 400, 'invalid'],
    [{ pageToken: 'x' }, 400, 'invalid'],
    [{ maxResults: '0' }, 400, 'invalidParameter'],
    [{ q: 'x' }, 400, 'badRequest'],
  ])('%j is refused', (query, status, reason) => {
    const answer = shared().call('GET', ACL, { query, as: ALICE });
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
  });

  test('refuses a token with showDeleted=false, and one that is too old', () => {
    const world = shared();
    const syncToken = String(world.call('GET', ACL, { as: ALICE }).body.nextSyncToken);
    const asked = world.call('GET', ACL, { query: { syncToken, showDeleted: 'false' }, as: ALICE });
    expect(reasonOf(asked)).toBe('syncTokenWithRequestRestrictions');
    world.calendar.configure({ syncTokenTtlMs: 1000 });
    world.advance(2000);
    expect(world.call('GET', ACL, { query: { syncToken }, as: ALICE }).status).toBe(410);
  });

  test('can be watched', () => {
    const world = shared();
    const body = { id: 'c', type: 'web_hook', address: 'https://x.example/' };
    const channel = world.call('POST', `${ACL}/watch`, { body, as: ALICE }).body;
    expect(channel.resourceUri).toBe(
      `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(ALICE)}/acl?alt=json`,
    );
    world.insert(ALICE);
    world.call('POST', ACL, { body: ruleFor(BOB, 'reader'), as: ALICE });
    const states = world.notifications.map(({ headers }) => headers['X-Goog-Resource-State']);
    expect(states).toEqual(['sync', 'exists']);
    const { id, resourceId } = channel;
    expect(world.call('POST', 'channels/stop', { body: { id, resourceId }, as: ALICE }).status).toBe(204);
  });
});
