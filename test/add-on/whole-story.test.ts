/** The whole way with nothing played: the add-on, the example server, and the service of the sandbox with its Calendar. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conferenceDataOf } from '../../sandbox/apps-script/place-conference.ts';
import { StartedSandbox } from '../e2e/started-sandbox.ts';
import { failuresAt } from '../receiver/failures-at.ts';
import { dataOf } from './add-on-world.ts';
import { openCompanyServer, WEBHOOK_SECRET } from './company-server.ts';
import { openAddOnAt } from './open-add-on-at.ts';

const ALICE = 'alice@example.com';
let sandbox: StartedSandbox;
let server: Awaited<ReturnType<typeof openCompanyServer>>;
let address = '';

beforeAll(async () => {
  sandbox = await StartedSandbox.start([], { CANCEL_GRACE_SECONDS: '1' });
  server = await openCompanyServer({ manageUrl: sandbox.address(4) });
  address = await server.start();
}, 90_000);
afterAll(async () => {
  await server?.close();
  await sandbox?.stop();
}, 30_000);

test('a conference is made, follows its event, and ends with it', async () => {
  const { manifest, choose } = openAddOnAt(() => address, ALICE);
  const times = { start: { dateTime: '2027-03-01T10:00:00Z' }, end: { dateTime: '2027-03-01T11:00:00Z' } };
  const { id } = await sandbox.event('POST', ALICE, '', { summary: 'Plan', ...times });
  const data = dataOf(await choose(id));
  await sandbox.event('PATCH', ALICE, `/${id}`, { conferenceData: conferenceDataOf(data, manifest) });

  const conferenceId = String(data.conferenceId);
  await sandbox.until(conferenceId, 15_000, ({ title }) => title === 'Plan');
  await sandbox.event('PATCH', ALICE, `/${id}`, { start: { dateTime: '2027-03-01T10:30:00Z' } });
  await sandbox.until(conferenceId, 15_000, ({ start }) => start?.dateTime === '2027-03-01T10:30:00Z');
  await sandbox.event('DELETE', ALICE, `/${id}`);
  await sandbox.until(conferenceId, 30_000, ({ state }) => state === 'cancelled');
}, 90_000);

test('the example server keeps every rule for receivers', async () => {
  const { failures } = await failuresAt(new URL('/hooks', address).href, WEBHOOK_SECRET, null);
  expect(failures).toEqual([]);
}, 60_000);
