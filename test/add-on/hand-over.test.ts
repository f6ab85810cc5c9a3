/** The hand-over with examples/add-on-server: no crash of either side loses a conference, or leaves one that nobody ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALICE } from '../sandbox/calendar/world.ts';
import { dataOf, errorOf } from './add-on-world.ts';
import { bindableId } from './bindable-id.ts';
import { openCompanyServer, type ServerDeath } from './company-server.ts';
import { idTokenFor } from './id-tokens.ts';
import { openAddOnAt } from './open-add-on-at.ts';

let server: Awaited<ReturnType<typeof openCompanyServer>>;
let address = '';
let events = 0;

beforeAll(async () => {
  server = await openCompanyServer();
  address = await server.start();
}, 60_000);
afterAll(() => server?.close());

/** The add-on of a person whose server is the example. */
const openAddOnOf = (user: string, token?: string) => openAddOnAt(() => address, user, token);

/** @throws Error where it does not hold for half a minute */
async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !holds(); ) {
    if (Date.now() > deadline) throw new Error('what the server owes is not announced after half a minute');
    await sleep(20);
  }
}

const roomsOf = (eventId: string) => server.rooms().filter((room) => room.eventId === eventId);
const newEvent = (): string => bindableId(++events);
/** What manage-calendars was asked about a user, while the server goes on announcing rooms of others. */
const askedAbout = (user: string) =>
  server.managed.filter(({ path, body }) => decodeURIComponent(path).includes(user) || body.subject === user);

test('a person gets a conference, and the service knows it before Calendar does', async () => {
  const eventId = newEvent();
  const data = dataOf(await openAddOnOf(ALICE).choose(eventId));
  expect(data.error).toBeUndefined();
  expect(data.entryPoints.map(({ entryPointType }) => entryPointType)).toEqual(['video', 'phone', 'sip', 'more']);
  expect(server.announced()).toEqual({ [eventId]: data.conferenceId });
  expect(server.managed[0]).toMatchObject({ method: 'PUT', body: { subject: ALICE } });
});

const DEATHS: readonly ServerDeath[] = [1, 2].flatMap((call) => [
  { call, when: 'before' as const },
  { call, when: 'after' as const },
]);

test.each(DEATHS)(
  'the server dies %j: what it made is announced, and the person who tries again gets it',
  async (death) => {
    const [eventId, addOn] = [newEvent(), openAddOnOf(ALICE)];
    server.state.death = { ...death, call: server.managed.length + death.call };
    expect(errorOf(await addOn.choose(eventId))).toBe('TEMPORARY');
    expect(roomsOf(eventId)).toHaveLength(1);
    address = await server.start();
    await until(() => roomsOf(eventId).every(({ isAnnounced }) => isAnnounced === 1));
    expect(server.announced()[eventId]).toBe(roomsOf(eventId)[0]?.id);
    expect(dataOf(await addOn.choose(eventId)).conferenceId).toBe(roomsOf(eventId)[0]?.id);
    expect(roomsOf(eventId)).toHaveLength(1);
  },
  60_000,
);

test('the script dies at any of its calls: every room is announced, and nobody gets two', async () => {
  let deaths = 0;
  for (let call = 1; ; call++) {
    const [eventId, addOn] = [newEvent(), openAddOnOf(ALICE)];
    const chosen = { eventData: { calendarId: ALICE, eventId } };
    const result = await addOn.script.run('createWebConference', chosen, { call, when: 'after' });
    for (const room of roomsOf(eventId)) expect(server.announced()[eventId]).toBe(room.id);
    expect(roomsOf(eventId).length).toBeLessThanOrEqual(1);
    if (result.kind !== 'died') break;
    deaths++;
  }
  expect(deaths).toBeGreaterThan(5);
}, 60_000);

test('the service is away: the person gets the conference, and the service hears of it afterwards', async () => {
  const eventId = newEvent();
  server.state.isDown = true;
  expect(errorOf(await openAddOnOf(ALICE).choose(eventId))).toBeUndefined();
  expect(server.announced()[eventId]).toBeUndefined();
  server.state.isDown = false;
  await until(() => server.announced()[eventId] !== undefined);
  expect(server.announced()[eventId]).toBe(roomsOf(eventId)[0]?.id);
}, 60_000);

test('rooms of which the service will not hear, however many, keep no other from being announced', async () => {
  const make = async (eventId: string): Promise<number> => {
    const body = JSON.stringify({ calendarId: ALICE, eventId, solutionId: 'web-conference' });
    const headers = { authorization: `Bearer ${idTokenFor(ALICE)}`, 'idempotency-key': `for ${eventId}` };
    return (await fetch(`${address}conferences`, { method: 'POST', headers, body })).status;
  };
  const [last = '', wrong = '', ...bad] = Array.from({ length: 27 }, newEvent);
  server.state.refused = new RegExp([last, ...bad].join('|'));
  for (const eventId of [...bad, last]) expect(await make(eventId)).toBe(200);
  server.state.refused = new RegExp(bad.join('|'));
  await until(() => server.announced()[last] !== undefined && roomsOf(last)[0]?.isAnnounced === 1);
  expect(roomsOf(last)).toMatchObject([{ isAnnounced: 1 }]);
  expect(bad.flatMap(roomsOf).filter(({ isAnnounced }) => isAnnounced === 0)).toHaveLength(25);

  Object.assign(server.state, { refused: new RegExp(wrong), refusal: 400 });
  expect(await make(wrong)).toBe(200);
  expect(roomsOf(wrong)).toMatchObject([{ isAnnounced: 1 }]);
  Object.assign(server.state, { refused: undefined, refusal: 503 });
}, 60_000);

test('who has no account is sent to the login; who is not who he says is refused', async () => {
  const { error } = dataOf(await openAddOnOf('zoe@elsewhere.org').choose(newEvent()));
  expect(error?.type).toBe('AUTHENTICATION');
  expect(error?.authenticationUrl).toContain('https://conferences.example.com/login?return_to=');
  for (const claims of [
    { aud: 'another-client' },
    { exp: 1 },
    { iss: 'https://evil.example.com' },
    { email_verified: false },
  ]) {
    const addOn = openAddOnOf(ALICE, idTokenFor(ALICE, claims));
    expect(errorOf(await addOn.choose(newEvent()))).toBe('TEMPORARY');
    expect(addOn.errors().join()).toContain('token_refused');
  }
});

test('a key that comes with another event is refused', async () => {
  const post = async (eventId: string): Promise<number> => {
    const body = JSON.stringify({ calendarId: ALICE, eventId, solutionId: 'web-conference' });
    const headers = { authorization: `Bearer ${idTokenFor(ALICE)}`, 'idempotency-key': 'the-same' };
    return (await fetch(`${address}conferences`, { method: 'POST', headers, body })).status;
  };
  expect([await post(newEvent()), await post(newEvent())]).toEqual([200, 409]);
});

test('on the settings page a person leaves: the service forgets him and his calendars', async () => {
  const user = 'lea@example.com';
  const addOn = openAddOnOf(user);
  await addOn.choose(newEvent(), 'primary');
  const link = await addOn.script.run('createSettingsUrl');
  const url = String('value' in link ? link.value : '').replace('http://127.0.0.1:3000/add-on/', address);
  expect(await (await fetch(url)).text()).toContain(`<li>${user}</li>`);
  const forged = url.replace(encodeURIComponent(user), encodeURIComponent(ALICE));
  expect((await fetch(forged, { method: 'POST' })).status).toBe(403);
  expect(await (await fetch(url, { method: 'POST' })).text()).toContain('None of your calendars');
  expect(askedAbout(user).at(-1)).toMatchObject({
    method: 'DELETE',
    path: `/v1/subjects/${encodeURIComponent(user)}`,
  });
});

test('who has left is not followed again for what was still owed', async () => {
  const user = 'leo@example.com';
  const addOn = openAddOnOf(user);
  const eventIds = [newEvent(), newEvent(), newEvent()];
  server.state.refused = new RegExp(eventIds.join('|'));
  for (const eventId of eventIds) await addOn.choose(eventId, 'primary');
  const link = await addOn.script.run('createSettingsUrl');
  const url = String('value' in link ? link.value : '');
  // He leaves in the middle of a round that began with all three rooms.
  await server.kill();
  Object.assign(server.state, { refused: undefined, delayMs: 200 });
  const before = askedAbout(user).length;
  await sleep(1_000);
  address = await server.start();
  await until(() => askedAbout(user).length > before);
  const left = await fetch(url.replace('http://127.0.0.1:3000/add-on/', address), { method: 'POST' });
  expect(left.status).toBe(200);
  await sleep(2_000);
  server.state.delayMs = 0;
  expect(askedAbout(user).at(-1)).toMatchObject({ method: 'DELETE' });
}, 60_000);
