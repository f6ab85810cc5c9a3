/** Where the service needs a consent of each user, the sign-in of the add-on is that consent: examples/add-on-server over a stand-in. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { SCRIPT_ID } from '../../sandbox/apps-script/state-tokens.ts';
import { ALICE } from '../sandbox/calendar/world.ts';
import { dataOf, errorOf, openAddOn } from './add-on-world.ts';
import { bindableId } from './bindable-id.ts';
import { openCompanyServer } from './company-server.ts';
import { openAddOnAt } from './open-add-on-at.ts';

const OUTSIDER = 'zoe@elsewhere.org';
const PUBLIC_URL = 'http://127.0.0.1:3000/add-on/';
const WAY_BACK = `https://script.google.com/macros/d/${SCRIPT_ID}/usercallback?state=s`;

let server: Awaited<ReturnType<typeof openCompanyServer>>;
let address = '';
let events = 0;

beforeAll(async () => {
  const ACCOUNT_DOMAINS = 'example.com,elsewhere.org';
  const settings = { CALENDAR_AUTH: 'delegation,oauth', DELEGATION_DOMAINS: 'example.com', ACCOUNT_DOMAINS };
  server = await openCompanyServer({ settings });
  address = await server.start();
}, 60_000);
beforeEach(() => server.connections.clear());
afterAll(() => server?.close());

const openAddOnOf = (user: string) => openAddOnAt(() => address, user);
const newEvent = (): string => bindableId(++events);

/** The address at which a person signs in, at the server of the test. */
async function loginOf(user: string): Promise<string> {
  const { error } = dataOf(await openAddOnOf(user).choose(newEvent()));
  expect(error?.type).toBe('AUTHENTICATION');
  return (error?.authenticationUrl ?? '').replace(PUBLIC_URL, address);
}

test('who has not connected is asked to, before anything is made for him', async () => {
  const before = server.rooms().length;
  const login = new URL(await loginOf(OUTSIDER));
  expect(login.pathname).toBe('/add-on/connect');
  expect(login.searchParams.get('return_to')).toMatch(`https://script.google.com/macros/d/${SCRIPT_ID}/usercallback`);
  expect(server.rooms()).toHaveLength(before);
});

test('whose consent is gone is asked again', async () => {
  server.connections.set(OUTSIDER, 'disconnected');
  await loginOf(OUTSIDER);
});

test('who has connected gets a conference, and so does everybody whom the service needs no consent of', async () => {
  server.connections.set(OUTSIDER, 'connected');
  expect(errorOf(await openAddOnOf(OUTSIDER).choose(newEvent()))).toBeUndefined();
  expect(errorOf(await openAddOnOf(ALICE).choose(newEvent()))).toBeUndefined();
});

test('while the service is away nobody is kept from his conference', async () => {
  server.state.isDown = true;
  expect(errorOf(await openAddOnOf(OUTSIDER).choose(newEvent()))).toBeUndefined();
  server.state.isDown = false;
});

test('a link that was changed, is for another page or leads elsewhere sends nobody anywhere', async () => {
  const login = new URL(await loginOf(OUTSIDER));
  const changed = (name: string, value: string): URL => {
    const url = new URL(login);
    url.searchParams.set(name, value);
    return url;
  };
  for (const url of [
    changed('person', ALICE),
    changed('until', '99999999999999'),
    changed('signature', ''),
    new URL(`settings${login.search}`, login),
  ]) {
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('This link is too old');
  }
  for (const returnTo of [
    '',
    'https://evil.example.com/',
    'https://script.google.com/macros/d/another/usercallback?state=s',
    WAY_BACK.replace('script.google.com', 'script.google.com.evil.example.com'),
  ]) {
    const answer = await fetch(changed('return_to', returnTo), { redirect: 'manual' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('does not lead back to the add-on');
  }
  expect(server.managed.filter(({ method }) => method === 'POST')).toEqual([]);
});

test.each([
  ['connected', 'You are signed in'],
  ['denied', 'You did not let us read your calendar'],
  ['wrong_account', 'could not be connected'],
])('the end of a sign-in says how it ended: %s', async (connection, said) => {
  const addOn = openAddOnOf(OUTSIDER);
  const { error } = dataOf(await addOn.choose(newEvent()));
  const wayBack = new URL(error?.authenticationUrl ?? '').searchParams.get('return_to') ?? '';
  const page = await addOn.script.openWayBack(`${wayBack}&connection=${connection}`);
  expect(page).toMatchObject({ kind: 'html', html: expect.stringContaining(said) });
});

test('a way back is good for an hour', async () => {
  let ahead = 0;
  const addOn = openAddOn({
    now: () => Date.now() + ahead,
    answer: () => ({ status: 401, body: JSON.stringify({ loginUrl: 'https://conferences.example.com/login' }) }),
  });
  const { error } = dataOf(await addOn.choose(newEvent()));
  const wayBack = new URL(error?.authenticationUrl ?? '').searchParams.get('return_to') ?? '';
  ahead = 3_600_000;
  expect(() => addOn.script.openWayBack(wayBack)).toThrow('The state token is invalid or has expired');
});
