/** A browser's way from a link of ours through the simulated Google's consent page and back, and all that can go wrong on it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tokenIsAbout } from '../../../shared/domain/connection/records.ts';
import { seal } from '../../../shared/domain/connection/seal.ts';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import { calendarKeyOf, subjectKeyOf } from '../../../shared/domain/ids.ts';
import { ALICE, BOB } from '../../domain/build.ts';
import { damage } from '../../flow/damage.ts';
import { APP, Browser, ConnectWorld, KEYS, type Page } from './connect-world.ts';

const TEN_MINUTES = 600_000;

let here: ConnectWorld;
beforeEach(async () => {
  here = await ConnectWorld.start();
});
afterEach(() => here.close());

function nothingStored(): Promise<void> {
  return Promise.all([ALICE, BOB].map(async (user) => expect(await here.connection(user)).toBeUndefined())).then(
    () => undefined,
  );
}

describe('a user who agrees', () => {
  test('is connected, with a calendar that is due and asked for, and goes back to the application', async () => {
    const end = await here.connect({ subject: ALICE });
    expect(end.status).toBe(302);
    expect(end.location?.href).toBe(`${APP}&connection=connected`);
    expect(await here.connection(ALICE)).toMatchObject({ subject: ALICE, state: { kind: 'connected', endsAt: null } });
    const calendar = await here.world.store.calendar(calendarKeyOf(ALICE));
    expect(calendar).toMatchObject({
      calendarId: ALICE,
      subject: ALICE,
      status: 'active',
      dueAt: here.world.clock.now(),
    });
    expect(here.world.queued.map(({ message }) => message)).toEqual([
      { kind: 'sync', calendar: calendarKeyOf(ALICE), cause: 'registered', force: true },
    ]);
    expect(await here.tokens().tokenFor(ALICE)).toMatch(/^ya29\./);
  });

  test('may be anybody where nobody is expected', async () => {
    await here.connect({}, { user: BOB });
    expect(await here.connection(BOB)).toMatchObject({ subject: BOB, state: { kind: 'connected' } });
    expect(await here.world.store.calendar(calendarKeyOf(BOB))).toMatchObject({ subject: BOB });
  });

  test('has the calendars that were asked for, and no other', async () => {
    const team = 'team@group.calendar.google.com';
    await here.connect({ subject: ALICE, calendars: [team] });
    expect(await here.world.store.calendar(calendarKeyOf(team))).toMatchObject({ calendarId: team, subject: ALICE });
    expect(await here.world.store.calendar(calendarKeyOf(ALICE))).toBeUndefined();
  });

  test('is asked for no more than the calendar, his address, and lasting access', async () => {
    const { location } = await new Browser().open(await here.link({ subject: ALICE }));
    expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({
      scope: 'openid email https://www.googleapis.com/auth/calendar.events',
      access_type: 'offline',
      include_granted_scopes: 'true',
      code_challenge_method: 'S256',
      login_hint: ALICE,
      prompt: 'consent',
    });
  });

  test('is not asked again while a refresh token of his is held, and keeps it', async () => {
    await here.connect({ subject: ALICE });
    const before = await here.connection(ALICE);
    const { location } = await new Browser().open(await here.link({ subject: ALICE }));
    expect(location?.searchParams.has('prompt')).toBe(false);
    const end = await here.connect({ subject: ALICE });
    expect(end.location?.searchParams.get('connection')).toBe('connected');
    expect(await here.connection(ALICE)).toEqual(before);
  });

  test('is asked by Google where no key opens what is held, and is connected as he is told', async () => {
    await here.connect({ subject: ALICE });
    await sealUnderLostKey();
    await expect(here.tokens().tokenFor(ALICE)).rejects.toMatchObject({ name: 'OwnAccountRefused' });
    const end = await reconnect((consent) => expect(consent.location?.searchParams.get('prompt')).toBe('consent'));
    expect(end.location?.searchParams.get('connection')).toBe('connected');
    expect(await here.tokens().tokenFor(ALICE)).toMatch(/^ya29\./);
  });

  test('has the calendars that he had before, and no other, once he has connected again', async () => {
    const team = 'team@group.calendar.google.com';
    await here.connect({ subject: ALICE, calendars: [team] });
    const end = await reconnect();
    expect(end.location?.searchParams.get('connection')).toBe('connected');
    const calendars = await here.world.store.calendars({ after: null, limit: 9 });
    expect(calendars.map(({ calendarId }) => calendarId)).toEqual([team]);
  });

  test('takes up calendars that lay idle for want of access, and leaves those that are paused', async () => {
    await here.connect({ subject: ALICE });
    const stored = await here.world.store.calendar(calendarKeyOf(ALICE));
    if (stored === undefined) throw new Error('not registered');
    const paused = { ...stored, key: calendarKeyOf('x'), calendarId: 'x', status: 'paused' as const };
    await here.world.store.transact(async (tx) => {
      tx.putCalendar({ ...stored, status: 'disconnected', outOfReachSince: 1 });
      tx.putCalendar(paused);
    });
    here.world.queued = [];
    await here.connect({ subject: ALICE });
    expect(await here.world.store.calendar(stored.key)).toMatchObject({ status: 'active', outOfReachSince: null });
    expect(await here.world.store.calendar(paused.key)).toEqual(paused);
    expect(here.world.queued.map(({ message }) => message)).toMatchObject([{ calendar: stored.key }]);
  });

  test('is connected all the same while the topic is down: the calendar is due by its record', async () => {
    here.world.isTopicDown = true;
    const end = await here.connect({ subject: ALICE });
    expect(end.location?.searchParams.get('connection')).toBe('connected');
    expect((await here.world.store.calendar(calendarKeyOf(ALICE)))?.dueAt).toBe(here.world.clock.now());
  });
});

/** As if the ring had been lost since, or its oldest key been dropped too early. */
async function sealUnderLostKey(): Promise<void> {
  const record = await here.connection(ALICE);
  if (record?.state.kind !== 'connected') throw new Error('not connected');
  const lost = [Buffer.alloc(32, 'lost').toString('base64')] as const;
  const sealedToken = seal('1//hers', lost, tokenIsAbout(record), 'unique');
  const state = { ...record.state, sealedToken };
  await here.world.store.transact(async (tx) => tx.putConnection({ ...record, state }));
}

/** Where the browser is in the end. */
async function reconnect(look: (consent: Page) => unknown = () => undefined): Promise<Page> {
  const { body } = await here.manage('POST', `/v1/connections/${ALICE}/reconnect`, { returnTo: APP });
  const browser = new Browser();
  const consent = await browser.open(String(body.url));
  look(consent);
  return browser.open(await browser.decide(consent));
}

describe('nothing is stored', () => {
  test('of a user who says no; he goes straight back', async () => {
    const end = await here.connect({ subject: ALICE }, { deny: true });
    expect(end.location?.href).toBe(`${APP}&connection=denied`);
    expect(here.refusals()).toEqual([]);
    await nothingStored();
  });

  test('of a user who unticks the calendar; he can try again by the same link', async () => {
    const browser = new Browser();
    const consent = await browser.open(await here.link({ subject: ALICE }));
    const page = await browser.open(await browser.decide(consent, { untick: true }));
    expect(page.status).toBe(403);
    expect(page.text).toContain('Access to your calendar was not granted');
    expect(page.text).toContain('https://app.example.com/settings?tab=calendar&amp;connection=scope_not_granted');
    await nothingStored();
    const again = /href="([^"]+\/start\?[^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const end = await browser.open(await browser.decide(await browser.open(again)));
    expect(end.location?.searchParams.get('connection')).toBe('connected');
  });

  test('of another account than the one that is expected', async () => {
    const page = await here.connect({ subject: ALICE }, { user: BOB });
    expect(page.text).toContain('connection=wrong_account');
    expect(here.refusals()).toEqual(['wrong-account']);
    await nothingStored();
  });

  test('where Google gives no refresh token and none is held', async () => {
    await here.connect({ subject: ALICE });
    await here.world.store.transact(async (tx) => {
      const record = await here.connection(ALICE);
      if (record !== undefined) tx.putConnection({ ...record, clientId: 'another client' });
    });
    const browser = new Browser();
    const consent = await browser.open(await here.link({ subject: ALICE }));
    consent.location?.searchParams.delete('prompt');
    const page = await browser.open(await browser.decide(consent));
    expect(page.text).toContain('connection=no_lasting_access');
    expect(await here.connection(ALICE)).toMatchObject({ clientId: 'another client' });
  });

  test('where Google gives no refresh token and no key opens the one that is held', async () => {
    await here.connect({ subject: ALICE });
    await sealUnderLostKey();
    const before = await here.connection(ALICE);
    const page = await reconnect((consent) => consent.location?.searchParams.delete('prompt'));
    expect(page.text).toContain('connection=no_lasting_access');
    expect(await here.connection(ALICE)).toEqual(before);
  });

  test('by a browser that did not set out', async () => {
    const browser = new Browser();
    const way = await browser.decide(await browser.open(await here.link({ subject: ALICE })));
    for (const other of [new Browser(), await begun()]) {
      const page = await other.open(way);
      expect(page.status).toBe(403);
      expect(page.text).not.toContain('app.example.com');
    }
    expect(here.refusals()).toEqual(['other-browser', 'other-browser']);
    await nothingStored();
    // The link is as good as before.
    expect((await browser.open(way)).location?.searchParams.get('connection')).toBe('connected');
  });

  test('a second time by the same way back, or by the same link', async () => {
    const browser = new Browser();
    const link = await here.link({ subject: ALICE });
    const way = await browser.decide(await browser.open(link));
    await browser.open(way);
    const before = await here.connection(ALICE);
    expect((await browser.open(way)).status).toBe(410);
    expect((await browser.open(link)).status).toBe(410);
    expect(here.refusals()).toEqual(['link-used', 'link-used']);
    expect(await here.connection(ALICE)).toEqual(before);
  });

  test('with a code of another attempt, by which PKCE and nonce are broken', async () => {
    const [mine, theirs] = [new Browser(), new Browser()];
    const way = await mine.decide(await mine.open(await here.link({ subject: ALICE })));
    const stolen = await theirs.decide(await theirs.open(await here.link({ subject: ALICE })));
    way.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    await mine.open(way);
    expect(here.refusals()).toEqual(['code-refused']);
    await nothingStored();
  });

  test('by an answer of another issuer', async () => {
    const browser = new Browser();
    const way = await browser.decide(await browser.open(await here.link({ subject: ALICE })));
    way.searchParams.set('iss', 'https://accounts.example.com');
    await browser.open(way);
    expect(here.refusals()).toEqual(['identity-refused']);
    await nothingStored();
  });

  test('ten minutes after the link was made', async () => {
    const browser = new Browser();
    const link = await here.link({ subject: ALICE });
    const way = await browser.decide(await browser.open(link));
    await here.pass(TEN_MINUTES);
    expect((await browser.open(link)).status).toBe(410);
    expect((await browser.open(way)).status).toBe(410);
    expect(here.refusals()).toEqual(['link-expired', 'link-expired']);
    await nothingStored();
  });

  test('while Google or the database is away; the page offers another try', async () => {
    const browser = new Browser();
    const way = await browser.decide(await browser.open(await here.link({ subject: ALICE })));
    here.oauth.isDown = true;
    const page = await browser.open(way);
    expect(page.status).toBe(503);
    expect(page.text).toContain('/start?ticket=');
    await nothingStored();
  });
});

describe('the pages', () => {
  test.each([
    [undefined, 'en', 'This link does not work'],
    ['de-CH, en;q=0.5', 'de', 'Dieser Link funktioniert nicht'],
    ['fr, ko;q=0.9, en;q=0.8', 'ko', '사용할 수 없는 링크입니다'],
    ['*;q=nonsense', 'en', 'This link does not work'],
  ])('for %s are in %s', async (header, language, title) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'accept-language': header };
    const page = await new Browser().open(`${here.connectUrl}/start?ticket=nonsense`, headers);
    expect(page.headers.get('content-language')).toBe(language);
    expect(page.text).toContain(`<html lang="${language}">`);
    expect(page.text).toContain(title);
  });

  test('run no script, load nothing, and are kept by nobody', async () => {
    const page = await new Browser().open(`${here.connectUrl}/start?ticket=<script>alert(1)</script>`);
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('script');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('are at two addresses, for GET', async () => {
    expect((await fetch(`${here.connectUrl}/`)).status).toBe(404);
    expect((await fetch(`${here.connectUrl}/callback`, { method: 'POST' })).status).toBe(405);
  });
});

describe('what is kept', () => {
  test('holds no token, code, verifier or link in a form that can be read', async () => {
    const browser = new Browser();
    const way = await browser.decide(await browser.open(await here.link({ subject: ALICE })));
    const ticket = await here.world.store.ticket(way.searchParams.get('state')?.split('.')[0] ?? '');
    expect(ticket).toBeDefined();
    expect(JSON.stringify(ticket)).not.toMatch(/alice|app\.example/);
    await browser.open(way);
    const stored = JSON.stringify(await here.connection(ALICE));
    expect(stored).not.toContain('1//');
    expect(JSON.stringify(here.world.lines)).not.toMatch(/alice@|1\/\/|ya29|4\/|ticket=/);
  });

  test('is sealed anew under the newest key when it is read', async () => {
    await here.connect({ subject: ALICE });
    const { services } = here.world;
    const { storedGrants } = await import('../../../shared/flow/connections/stored-grants.ts');
    const rotated = [Buffer.alloc(32, 'newest').toString('base64'), ...KEYS] as const;
    const { clientId } = here.services.terms;
    const token = await storedGrants({ ...services, keys: rotated, clientId }).refreshTokenOf(ALICE);
    expect(token).toMatch(/^1\/\//);
    const onlyNewest = storedGrants({ ...services, keys: [rotated[0]], clientId });
    expect(await onlyNewest.refreshTokenOf(ALICE)).toBe(token);
    await expect(storedGrants({ ...services, keys: KEYS, clientId }).refreshTokenOf(ALICE)).rejects.toMatchObject({
      name: 'OwnAccountRefused',
    });
  });
});

describe('a record that cannot be read', () => {
  test('is no consent that was never given: no calendar is disconnected for it, and somebody is woken', async () => {
    await here.connect({ subject: ALICE });
    await here.pass(2_000);
    await here.world.work();
    const mend = damage(here.world, subjectKeyOf(ALICE));
    await expect(here.tokens().tokenFor(ALICE)).rejects.toMatchObject({ name: 'OwnAccountRefused' });
    listByConsent();
    await here.world.notify(ALICE);
    await here.world.work();
    expect(await here.world.calendar(ALICE)).toMatchObject({
      status: 'active',
      failure: { reason: 'OwnAccountRefused' },
    });
    expect(here.world.lines).toContainEqual(expect.objectContaining({ line: 'failure', where: 'act as a user' }));
    mend();
    expect(await here.connection(ALICE)).toMatchObject({ state: { kind: 'connected' } });
    expect(await here.tokens().tokenFor(ALICE)).toMatch(/^ya29\./);
  });

  test('is no link that was used: the browser is told to come again, and can', async () => {
    const link = await here.link({ subject: ALICE });
    const browser = new Browser();
    const wayBack = await browser.decide(await browser.open(link));
    const id = wayBack.searchParams.get('state')?.split('.')[0] ?? '';
    const mend = damage(here.world, id);
    expect((await browser.open(link)).status).toBe(503);
    expect((await browser.open(wayBack)).status).toBe(503);
    mend();
    expect((await browser.open(wayBack)).location?.href).toContain('app.example.com');
    expect(await here.connection(ALICE)).toMatchObject({ state: { kind: 'connected' } });
  });
});

describe('a grant that is gone', () => {
  test('is told apart from an outage, once, and connecting again brings it back', async () => {
    await here.connect({ subject: ALICE });
    here.oauth.isDown = true;
    await expect(here.tokens().tokenFor(ALICE)).rejects.toMatchObject({ name: 'GoogleUnavailable' });
    expect(await here.connection(ALICE)).toMatchObject({ state: { kind: 'connected' } });
    here.oauth.isDown = false;
    here.oauth.grants.revokeUser(ALICE);
    const tokens = here.tokens();
    await expect(tokens.tokenFor(ALICE)).rejects.toMatchObject({ name: 'AccessLost' });
    await expect(tokens.tokenFor(ALICE)).rejects.toMatchObject({ name: 'AccessLost' });
    expect(await here.connection(ALICE)).toMatchObject({ state: { kind: 'disconnected', reason: 'revoked' } });
    const told = here.world.lines.filter((line) => line.line === 'connection' && line.outcome === 'disconnected');
    expect(told).toHaveLength(1);

    const { status, body } = await here.manage('POST', '/v1/connections/alice%40example.com/reconnect', {
      returnTo: APP,
    });
    expect(status).toBe(201);
    const browser = new Browser();
    await browser.open(await browser.decide(await browser.open(String(body.url))));
    expect(await tokens.tokenFor(ALICE)).toMatch(/^ya29\./);
  });

  test('has the calendars of its user looked at at once, and each told of with the reason', async () => {
    Object.assign(here.world.services.policy, { tellsOfCalendars: true });
    const team = 'team@group.calendar.google.com';
    await here.connect({ subject: ALICE, calendars: [ALICE, team] });
    await listByConsentUntilRevoked();
    await here.pass(60_000);
    await here.world.renew();
    const told = () => here.world.noticed.map(({ notice: { type, data } }) => ({ type, ...data }));
    expect(told().slice(2)).toEqual([
      expect.objectContaining({ type: 'calendar.disconnected', calendarId: ALICE, reason: 'revoked' }),
      expect.objectContaining({ type: 'calendar.disconnected', calendarId: team, subject: ALICE, reason: 'revoked' }),
    ]);

    await here.connect({ subject: ALICE });
    await here.pass(2_000);
    await here.world.work();
    const again = told().slice(4);
    expect(again.map(({ type }) => type)).toEqual(['calendar.connected', 'calendar.connected']);
    expect(again.map(({ calendarId }) => calendarId).sort()).toEqual([ALICE, team]);
  });

  test('that comes back while a sync still fails for want of it disconnects nothing', async () => {
    await here.connect({ subject: ALICE });
    // The user connects again before the worker has written down what it has just heard.
    await listByConsentUntilRevoked(() => here.connect({ subject: ALICE }));
    await here.pass(2_000);
    await here.world.work();
    expect(await here.world.calendar(ALICE)).toMatchObject({ status: 'active', failure: null });
  });

  test('has expired where it was given for a time that is over', async () => {
    here.oauth.grants.isTesting = true;
    await here.connect({ subject: ALICE });
    await here.pass(8 * 24 * 3_600_000);
    here.oauth.grants.revokeUser(ALICE);
    await expect(here.tokens().tokenFor(ALICE)).rejects.toMatchObject({ name: 'AccessLost' });
    expect(await here.connection(ALICE)).toMatchObject({ state: { kind: 'disconnected', reason: 'expired' } });
  });
});

/** Lets every listing ask for an access token of the user's first; `onLoss` happens where there is none, before the worker writes it down. */
function listByConsent(onLoss: () => Promise<unknown> = async () => undefined): ReturnType<ConnectWorld['tokens']> {
  const tokens = here.tokens();
  const { list } = here.world.services.google;
  here.world.services.google.list = async (access, query) => {
    try {
      await tokens.tokenFor(access.subject);
    } catch (error) {
      await onLoss();
      throw error;
    }
    return list(access, query);
  };
  return tokens;
}

/** Alice's calendars are listed by her consent, until she takes it back and a sync finds that out. */
async function listByConsentUntilRevoked(onLoss?: () => Promise<unknown>): Promise<void> {
  const tokens = listByConsent(onLoss);
  await here.world.work();
  here.oauth.grants.revokeUser(ALICE);
  tokens.drop(ALICE, (await tokens.tokenFor(ALICE)) ?? '');
  await here.pass(2_000);
  await here.world.notify(ALICE);
  await here.world.work();
}

describe('the manage API', () => {
  test('lists, shows and ends connections', async () => {
    await here.connect({ subject: ALICE });
    await here.connect({ subject: BOB });
    const { body } = await here.manage('GET', '/v1/connections?pageSize=1');
    expect(body.connections).toHaveLength(1);
    const rest = await here.manage('GET', `/v1/connections?pageToken=${body.nextPageToken}`);
    expect(rest.body.connections).toHaveLength(1);
    const one = await here.manage('GET', '/v1/connections/alice%40example.com');
    expect(one.body).toMatchObject({ subject: ALICE, state: 'connected', disconnected: null });
    const token = await here.tokens().tokenFor(ALICE);
    expect((await here.manage('DELETE', '/v1/connections/alice%40example.com')).status).toBe(204);
    expect(here.oauth.userOf(token ?? '')).toBeUndefined();
    expect(await here.connection(ALICE)).toBeUndefined();
    expect(await here.world.store.calendar(calendarKeyOf(ALICE))).toBeUndefined();
    expect((await here.manage('GET', '/v1/connections/alice%40example.com')).status).toBe(404);
    expect((await here.manage('DELETE', '/v1/connections/alice%40example.com')).status).toBe(404);
  });

  test.each([
    ['no key of ours opens', { sealedToken: 'v1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, {}],
    ['was given to another OAuth client', {}, { clientId: 'another' }],
  ])('does not call a user connected whose token %s, until he has connected again', async (_, token, changes) => {
    await here.connect({ subject: ALICE });
    const record = await here.connection(ALICE);
    if (record?.state.kind !== 'connected') throw new Error('not connected');
    const damaged = { ...record, ...changes, state: { ...record.state, ...token } };
    await here.world.store.transact(async (tx) => tx.putConnection(damaged));
    await expect(here.tokens().tokenFor(ALICE)).rejects.toThrow();
    const unusable = { subject: ALICE, state: 'unusable', disconnected: null };
    expect((await here.manage('GET', '/v1/connections/alice%40example.com')).body).toMatchObject(unusable);
    expect((await here.manage('GET', '/v1/connections')).body.connections).toEqual([expect.objectContaining(unusable)]);
    await here.connect({ subject: ALICE });
    expect((await here.manage('GET', '/v1/connections/alice%40example.com')).body.state).toBe('connected');
  });

  test('forgets a user, and says what was there', async () => {
    await here.connect({ subject: ALICE, calendars: [ALICE, 'team@group.calendar.google.com'] });
    const { status, body } = await here.manage('DELETE', '/v1/subjects/alice%40example.com');
    expect(status).toBe(200);
    expect(body).toEqual({ subject: ALICE, calendars: 2, unfinished: 0, connection: 'revoked' });
    const again = await here.manage('DELETE', '/v1/subjects/alice%40example.com');
    expect(again.body).toEqual({ subject: ALICE, calendars: 0, unfinished: 0, connection: 'none' });
  });

  test('forgets nothing of the consent that Google could not be told to end', async () => {
    await here.connect({ subject: ALICE });
    here.oauth.isDown = true;
    const { status } = await here.manage('DELETE', '/v1/subjects/alice%40example.com');
    expect(status).toBe(503);
    expect(await here.connection(ALICE)).toBeDefined();
    here.oauth.isDown = false;
    const { body } = await here.manage('DELETE', '/v1/subjects/alice%40example.com');
    expect(body).toMatchObject({ connection: 'revoked' });
  });

  test.each([
    ['a host that is not allowed', { returnTo: 'https://evil.example.com/' }, /CONNECT_RETURN_HOSTS/],
    ['a user name in the address', { returnTo: 'https://app.example.com@evil.example.com/' }, /user name/],
    ['a script', { returnTo: 'javascript:alert(1)' }, /https address/],
    ['a relative address', { returnTo: '//app.example.com/' }, /https address/],
    ['no address', {}, /returnTo is missing/],
    ['a subject that is none', { returnTo: APP, subject: 'alice' }, /subject must be/],
    ['a calendar that is none', { returnTo: APP, calendars: ['primary'] }, /primary/],
    ['too many calendars', { returnTo: APP, calendars: Array(51).fill(ALICE) }, /at most 50/],
    ['a member that is not known', { returnTo: APP, scope: 'x' }, /scope/],
  ])('makes no link for %s', async (_, body, detail) => {
    const answer = await here.manage('POST', '/v1/connections', body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toMatch(detail);
  });
});

test('a database that is away is told on a page, and in the log without the query', async () => {
  const browser = new Browser();
  const way = await browser.decide(await browser.open(await here.link({ subject: ALICE })));
  const transact = here.world.store.transact;
  here.world.store.transact = async () => {
    throw new StoreUnavailable('away');
  };
  const page = await browser.open(way);
  here.world.store.transact = transact;
  expect(page.status).toBe(503);
  expect(here.world.lines.filter(({ line }) => line === 'failure')).toHaveLength(1);
});

/** A browser that is on the way with another link. */
async function begun(): Promise<Browser> {
  const browser = new Browser();
  await browser.open(await here.link({ subject: BOB }));
  return browser;
}
