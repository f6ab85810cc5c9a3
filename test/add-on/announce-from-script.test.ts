/** The add-on of a company whose server does not call the service: the script announces each conference itself. */
import { expect, test } from '@jest/globals';
import type { FetchRequest } from '../../sandbox/apps-script/script-services.ts';
import { ALICE } from '../sandbox/calendar/world.ts';
import { dataOf, errorOf, json, openAddOn } from './add-on-world.ts';
import { bindableId } from './bindable-id.ts';

const MANAGE = 'https://manage-calendars-abc123-ew.a.run.app';
const CALLER = 'add-on@my-project.iam.gserviceaccount.com';

/** The add-on, and the two services of Google Cloud that it calls. */
function openWithService() {
  const state = { isDown: false, goodToken: 'id-token-1' };
  const calls: { readonly method: string; readonly url: URL; readonly body: unknown }[] = [];
  const bound = new Map<string, string>();
  function elsewhere({ method, url, headers, body }: FetchRequest) {
    const call = { method, url: new URL(url), body: JSON.parse(body ?? '{}') };
    calls.push(call);
    if (call.url.host === 'iamcredentials.googleapis.com') return json(200, { token: state.goodToken });
    if (headers.authorization !== `Bearer ${state.goodToken}`) return json(401, {});
    if (state.isDown) return json(503, {});
    const [, eventId] = /\/bindings\/(.+)$/.exec(call.url.pathname) ?? [];
    if (eventId !== undefined) bound.set(decodeURIComponent(eventId), call.body.conferenceId);
    return json(201, {});
  }
  const addOn = openAddOn({ config: { announceFromScript: { manageUrl: MANAGE, caller: CALLER } }, elsewhere });
  return { ...addOn, state, calls, bound };
}

test('it registers the calendar and binds the conference, with one ID token for both', async () => {
  const addOn = openWithService();
  const team = 'team@group.calendar.google.com';
  expect(errorOf(await addOn.choose('e/1', team))).toBeUndefined();
  expect(errorOf(await addOn.choose('e/2', team))).toBeUndefined();
  const path = '/v1/calendars/team%40group.calendar.google.com';
  expect(addOn.calls.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
    `POST /v1/projects/-/serviceAccounts/${encodeURIComponent(CALLER)}:generateIdToken`,
    `PUT ${path}`,
    `PUT ${path}/bindings/e%2F1`,
    `PUT ${path}`,
    `PUT ${path}/bindings/e%2F2`,
  ]);
  expect(addOn.calls.slice(0, 3).map(({ body }) => body)).toEqual([
    { audience: MANAGE, includeEmail: true },
    { subject: ALICE },
    { conferenceId: 'c-1' },
  ]);
});

test('a calendar whose address Google would answer itself is named with a slash at the end', async () => {
  const addOn = openWithService();
  expect(errorOf(await addOn.choose('e/1', 'team@example.cz'))).toBeUndefined();
  expect(addOn.calls.slice(1).map(({ url }) => url.pathname)).toEqual([
    '/v1/calendars/team%40example.cz/',
    '/v1/calendars/team%40example.cz/bindings/e%2F1',
  ]);
});

test('an ID token that has expired in between is replaced', async () => {
  const addOn = openWithService();
  await addOn.choose(bindableId(1));
  addOn.state.goodToken = 'id-token-2';
  await addOn.choose(bindableId(2));
  expect(addOn.bound.get(bindableId(2))).toBe('c-2');
  expect(addOn.errors()).toEqual([]);
});

test('a person gets his conference while the service is away, and the service is told with the next one', async () => {
  const addOn = openWithService();
  addOn.state.isDown = true;
  expect(dataOf(await addOn.choose(bindableId(1))).conferenceId).toBe('c-1');
  expect(addOn.errors().join()).toContain(
    'was not told of conference c-1, which is tried again: manage-calendars answered 503',
  );
  addOn.state.isDown = false;
  await addOn.choose(bindableId(2));
  expect(Object.fromEntries(addOn.bound)).toEqual({ [bindableId(1)]: 'c-1', [bindableId(2)]: 'c-2' });
});

test('wherever the script dies, every conference that was made is announced in the end, so that none is left alone', async () => {
  let deaths = 0;
  for (let call = 1; ; call++) {
    const addOn = openWithService();
    const chosen = { eventData: { calendarId: ALICE, eventId: bindableId(1) } };
    const first = await addOn.script.run('createWebConference', chosen, { call, when: 'after' });
    if (first.kind !== 'died') break;
    deaths++;
    // The person gives up on this event, and some day makes a conference for another one.
    await addOn.choose(bindableId(2));
    expect([...addOn.bound.values()].sort()).toEqual([...addOn.made()].sort());
  }
  expect(deaths).toBeGreaterThan(8);
}, 120_000);
