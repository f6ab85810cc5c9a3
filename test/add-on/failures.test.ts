/** Whatever goes wrong reaches a person as an error of Calendar's, and the script's log as a sentence that says what to do. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FetchedAnswer } from '../../sandbox/apps-script/script-messages.ts';
import { type AddOnOptions, conference, dataOf, errorOf, html, json, openAddOn, PROJECT } from './add-on-world.ts';
import { bindableId } from './bindable-id.ts';

const EVENT = bindableId(1);

/** What Calendar is told, and what the log says. */
async function failureOf(options: AddOnOptions) {
  const addOn = openAddOn(options);
  const result = await addOn.choose(EVENT);
  return { type: errorOf(result), said: addOn.errors().join('\n') };
}

const REFUSALS: readonly [number, Record<string, string>, string][] = [
  [400, { reason: 'event_unsupported' }, 'PERMANENT'],
  [401, { reason: 'expired_token' }, 'TEMPORARY'],
  [403, { reason: 'solution_forbidden' }, 'CONFERENCE_SOLUTION_FORBIDDEN'],
  [403, { reason: 'no_licence' }, 'PERMISSION_DENIED'],
  [404, {}, 'PERMANENT'],
  [422, { reason: 'event_unsupported' }, 'PERMANENT'],
  [429, { reason: 'too_many' }, 'TEMPORARY'],
  [500, {}, 'TEMPORARY'],
  [503, { reason: 'maintenance' }, 'TEMPORARY'],
];

test.each(REFUSALS)('the server answers %i %j: %s', async (status, body, type) => {
  const failure = await failureOf({ answer: () => json(status, body) });
  expect(failure.type).toBe(type);
  expect(failure.said).toContain(`answered ${status}: ${body.reason ?? 'no reason given'}`);
});

/** The words of the table in docs/add-on.md. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  'the conference': undefined,
  'asks the person to sign in': 'AUTHENTICATION',
  'not allowed to use this kind of conference': 'CONFERENCE_SOLUTION_FORBIDDEN',
  'not permitted': 'PERMISSION_DENIED',
  permanent: 'PERMANENT',
  temporary: 'TEMPORARY',
  unknown: 'UNKNOWN',
};

/** What a server answers by each row of it; the last answer is repeated. */
const ROWS: Readonly<Record<string, readonly (readonly FetchedAnswer[])[]>> = {
  '200, 201': [[json(200, conference('c'))], [json(201, conference('c'))]],
  '200, 201 without `conferenceId` or `entryPoints`, or with some that Calendar refuses': [
    [json(200, {})],
    [json(201, { ...conference('c'), notes: 'x'.repeat(2_049) })],
  ],
  '200, 201 with anything but a JSON object': [[html(200)], [html(201)], [json(200, [])]],
  '401 with `loginUrl`': [[json(401, { loginUrl: 'https://conferences.example.com/login' })]],
  '401': [[json(401, {})]],
  '403 with the reason `solution_forbidden`': [[json(403, { reason: 'solution_forbidden' })]],
  '403': [[json(403, {})]],
  '409': [[json(409, {}), json(200, conference('c'))]],
  '408, 429, 500 and above, no answer': [408, 429, 500, 599].map((status) => [json(status, {})]),
  '400, 404, 422 and others': [202, 302, 400, 404, 405, 418, 422].map((status) => [json(status, {})]),
};

test('the table of docs/add-on.md says what Calendar is told', async () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/add-on.md'), 'utf8');
  const [, body = ''] = /^\| status \| in Calendar \|.*\n\|.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
  const rows = [...body.matchAll(/^\| (.+?) \| (.+?) \|/gm)].map(([, status = '', words = '']) => ({ status, words }));
  expect(rows.map(({ status }) => status).sort()).toEqual(Object.keys(ROWS).sort());
  for (const { status, words } of rows) {
    const [at, ifTakenAgain] = words.split('; ');
    expect(Object.keys(TYPES)).toContain(at);
    for (const answers of ROWS[status] ?? []) {
      let asked = 0;
      const answer = () => answers[Math.min(asked++, answers.length - 1)];
      expect([status, (await failureOf({ answer })).type]).toEqual([status, TYPES[at ?? '']]);
      const again = () => answers[0];
      if (ifTakenAgain !== undefined) expect((await failureOf({ answer: again })).type).toBe('TEMPORARY');
    }
  }
});

test('a person who must sign in is sent to the login, and from there back to the event', async () => {
  const addOn = openAddOn({
    answer: () => json(401, { loginUrl: 'https://conferences.example.com/login?from=calendar' }),
  });
  const { error } = dataOf(await addOn.choose(EVENT));
  expect(error?.type).toBe('AUTHENTICATION');
  const login = new URL(error?.authenticationUrl ?? '');
  expect(login.pathname).toBe('/login');
  const wayBack = new URL(login.searchParams.get('return_to') ?? '');
  expect(wayBack.href).toMatch(/^https:\/\/script\.google\.com\/macros\/d\/[^/]+\/usercallback\?state=./);
  const page = await addOn.script.openWayBack(wayBack.href);
  expect(page).toMatchObject({ kind: 'html', html: expect.stringContaining('Close this window') });
});

test.each(['javascript:alert(1)', `https://conferences.example.com/${'x'.repeat(2_000)}`])(
  'a login address that Calendar does not take is no crash: %.40s',
  async (loginUrl) => {
    const failure = await failureOf({ answer: () => json(401, { loginUrl }) });
    expect(failure.type).toBe('PERMANENT');
    expect(failure.said).toContain('is not taken');
  },
);

test('a page for people is no conference, whatever its status', async () => {
  const login = await failureOf({ answer: () => html(200) });
  expect(login.type).toBe('UNKNOWN');
  expect(login.said).toContain('check CONFIG.serverUrl');
  expect((await failureOf({ answer: () => html(502) })).type).toBe('TEMPORARY');
});

test.each([
  ['no id', { entryPoints: [] }, 'without conferenceId'],
  ['no entry points', { conferenceId: 'c' }, 'without conferenceId or entryPoints'],
  [
    'two video links',
    { ...conference('c'), entryPoints: [0, 1].map((n) => ({ type: 'video', uri: `https://m/${n}` })) },
    'video',
  ],
  [
    'only further instructions',
    { conferenceId: 'c', entryPoints: [{ type: 'more', uri: 'https://m' }] },
    'other than more',
  ],
  [
    'an unknown kind of entry point',
    { conferenceId: 'c', entryPoints: [{ type: 'fax', uri: 'tel:1' }] },
    'entry point type',
  ],
  ['a phone without tel:', { conferenceId: 'c', entryPoints: [{ type: 'phone', uri: '+49301234' }] }, 'prefix'],
  ['notes that are too long', { ...conference('c'), notes: 'x'.repeat(2_049) }, 'longer than 2048'],
])('the server answers with %s, which Calendar would refuse', async (_, body, said) => {
  const failure = await failureOf({ answer: () => json(200, body) });
  expect(failure.type).toBe('PERMANENT');
  expect(failure.said).toContain(said);
});

describe('a script that may not do what it does', () => {
  const { manifest } = PROJECT;
  test('because the quota of the day is used up', async () => {
    const failure = await failureOf({ fetchesMax: 0 });
    expect(failure.type).toBe('TEMPORARY');
    expect(failure.said).toContain('Service invoked too many times for one day: urlfetch');
    const properties = await failureOf({ propertyCallsMax: 0 });
    expect(properties.type).toBe('TEMPORARY');
    expect(properties.said).toContain('could not be written down first');
  });

  test('because the manifest does not allow the address', async () => {
    const failure = await failureOf({
      manifest: { ...manifest, urlFetchWhitelist: ['https://elsewhere.example.com/'] },
    });
    expect(failure.type).toBe('TEMPORARY');
    expect(failure.said).toContain('is not in urlFetchWhitelist');
  });

  test('because the manifest lacks a scope', async () => {
    const without = (scope: string) => ({
      ...manifest,
      oauthScopes: manifest.oauthScopes.filter((one) => !one.endsWith(scope)),
    });
    const failure = await failureOf({ manifest: without('openid') });
    expect(failure.type).toBe('PERMANENT');
    expect(failure.said).toContain('the scope openid must be in the manifest');
    // Reading the event is an extra: without it the conference is made.
    expect((await failureOf({ manifest: without('calendar.events.readonly') })).type).toBeUndefined();
  });

  test('because its configuration no longer has what the manifest names', async () => {
    const failure = await failureOf({ config: { solutions: [] } });
    expect(failure.type).toBe('PERMANENT');
    expect(failure.said).toContain('web-conference is not in CONFIG.solutions');
  });
});

test('a server that is out of reach', async () => {
  const addOn = openAddOn({
    exchange: async () => {
      throw new Error('DNS error: https://conferences.example.com');
    },
  });
  expect(errorOf(await addOn.choose(EVENT))).toBe('TEMPORARY');
  expect(addOn.errors().join()).toContain('could not be asked: DNS error');
});

test.each([undefined, null, {}, { eventData: {} }, { eventData: { calendarId: 'a@b.c' } }])(
  'Calendar names no event: %j',
  async (argument) => {
    const addOn = openAddOn();
    expect(errorOf(await addOn.script.run('createWebConference', argument))).toBe('PERMANENT');
    expect(addOn.asked).toEqual([]);
  },
);

test('nothing that is made stays half-open after a failure that lasts: the next try has the same key', async () => {
  let isDown = true;
  const addOn = openAddOn({ answer: () => (isDown ? json(503, {}) : undefined) });
  expect(errorOf(await addOn.choose(EVENT))).toBe('TEMPORARY');
  isDown = false;
  expect(errorOf(await addOn.choose(EVENT))).toBeUndefined();
  expect(new Set(addOn.asked.map(({ key }) => key)).size).toBe(1);
});
