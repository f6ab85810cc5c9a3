/** One consent for both, with nothing played: the add-on, the example server, and the service of the sandbox with its Google. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conferenceDataOf } from '../../sandbox/apps-script/place-conference.ts';
import { StartedSandbox } from '../e2e/started-sandbox.ts';
import { Browser } from '../functions/connect/connect-world.ts';
import { dataOf, errorOf } from './add-on-world.ts';
import { openCompanyServer } from './company-server.ts';
import { openAddOnAt } from './open-add-on-at.ts';

const ALICE = 'alice@example.com';
let sandbox: StartedSandbox;
let server: Awaited<ReturnType<typeof openCompanyServer>>;
let address = '';

beforeAll(async () => {
  sandbox = await StartedSandbox.start([], { CONNECT_RETURN_HOSTS: 'script.google.com' });
  server = await openCompanyServer({ manageUrl: sandbox.address(4), settings: { CALENDAR_AUTH: 'oauth' } });
  address = await server.start();
}, 90_000);
afterAll(async () => {
  await server?.close();
  await sandbox?.stop();
}, 30_000);

test('a person chooses a conference, consents, comes back, chooses it again, and it follows her event', async () => {
  const { manifest, script, choose } = openAddOnAt(() => address, ALICE);
  const times = { start: { dateTime: '2027-03-01T10:00:00Z' }, end: { dateTime: '2027-03-01T11:00:00Z' } };
  const { id } = await sandbox.event('POST', ALICE, '', { summary: 'Plan', ...times });

  const { error } = dataOf(await choose(id));
  expect(error?.type).toBe('AUTHENTICATION');
  expect(server.rooms()).toEqual([]);

  const browser = new Browser();
  const login = (error?.authenticationUrl ?? '').replace('http://127.0.0.1:3000/add-on/', address);
  const denied = await goTo(browser, login, { deny: true });
  expect(await script.openWayBack(denied)).toMatchObject({ html: expect.stringContaining('You did not let us read') });
  expect(errorOf(await choose(id))).toBe('AUTHENTICATION');
  const connected = await goTo(browser, login);
  expect(await script.openWayBack(connected)).toMatchObject({ html: expect.stringContaining('You are signed in') });

  const data = dataOf(await choose(id));
  expect(data.error).toBeUndefined();
  await sandbox.event('PATCH', ALICE, `/${id}`, { conferenceData: conferenceDataOf(data, manifest) });
  const conferenceId = String(data.conferenceId);
  await sandbox.until(conferenceId, 15_000, ({ title }) => title === 'Plan');
  await sandbox.event('PATCH', ALICE, `/${id}`, { start: { dateTime: '2027-03-01T10:30:00Z' } });
  await sandbox.until(conferenceId, 15_000, ({ start }) => start?.dateTime === '2027-03-01T10:30:00Z');

  await sandbox.call(4, 'DELETE', `/v1/connections/${encodeURIComponent(ALICE)}`);
  expect(errorOf(await choose(id))).toBe('AUTHENTICATION');
}, 90_000);

/** From the login address to the way back into the script, by what the person decides at Google. */
async function goTo(browser: Browser, login: string, decision: { readonly deny?: boolean } = {}): Promise<string> {
  const { location: start } = await browser.open(login);
  const consent = await browser.open(start ?? '');
  expect(consent.location?.searchParams.get('login_hint')).toBe(ALICE);
  const end = await browser.open(await browser.decide(consent, decision));
  return end.location?.href ?? '';
}
