/** A whole sandbox that tells everything it can (`--verbose`) through a day with every kind of trouble: none of it is anybody's business. */
import { expect, test } from '@jest/globals';
import { WEBHOOK_SECRET } from '../../sandbox/sandbox-config.ts';
import { signChannel } from '../../shared/domain/notification/channel.ts';
import { StartedSandbox } from '../e2e/started-sandbox.ts';

const USER = 'quietperson@secret-company.example';
const GUEST = 'invisible-guest@secret-company.example';
const TITLE = 'Merger with Umbrella Ltd';
const CHANNEL_KEY = 'sandbox-channel-token-key';
const SETTINGS = { CANCEL_GRACE_SECONDS: '1', DELIVERY_RETRY_SECONDS: '0.5,1', LEASE_SECONDS: '5' };

function meeting(id: string, title = TITLE): object {
  return {
    summary: title,
    description: 'The price is eleven billion',
    location: 'Bunker 12, Elm Street',
    attendees: [{ email: GUEST, displayName: 'Invisible Guest' }],
    start: { dateTime: '2027-03-01T10:00:00Z', timeZone: 'UTC' },
    end: { dateTime: '2027-03-01T11:00:00Z', timeZone: 'UTC' },
    conferenceData: {
      conferenceId: id,
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: `https://meet.example.com/${id}`, passcode: 'open-sesame' }],
    },
  };
}

test('nothing that a full run prints holds a title, an address, a place, a secret or a token', async () => {
  const sandbox = await StartedSandbox.start(['--verbose'], SETTINGS);
  const behave = (...rules: object[]) => sandbox.call(0, 'PUT', '/conference/behaviour', rules);
  const fail = (...rules: object[]) => sandbox.call(0, 'POST', '/calendar/faults', { rules });
  const isSaid = async (words: RegExp, ms = 8_000): Promise<void> => {
    for (const end = Date.now() + ms; Date.now() < end && !words.test(sandbox.output); ) await sandbox.conferences();
    expect(sandbox.output).toMatch(words);
  };
  let channels: string;
  try {
    await sandbox.register(USER);
    const { id } = await sandbox.event('POST', USER, '', meeting('c-one'));
    await sandbox.until('c-one', 5_000, ({ state }) => state === 'active');
    channels = JSON.stringify((await sandbox.call(0, 'GET', '/calendar/faults')).body);

    await behave({ kind: 'fail', status: 503, next: 1 }, { kind: 'reject', status: 422, next: 1 });
    await sandbox.event('PATCH', USER, `/${id}`, { summary: `${TITLE}, again` });
    await isSaid(/"delivery: transient"/);
    await isSaid(/"delivery: refused"/);
    await behave(
      { kind: 'redirect', status: 307, location: `https://${USER}/`, next: 1 },
      { kind: 'html', status: 200, next: 1 },
    );
    await sandbox.event('PATCH', USER, `/${id}`, { summary: `${TITLE}, once more` });
    await isSaid(/answered a redirect/);
    await isSaid(/answered HTML/);
    await behave({ kind: 'event_patch', eventPatch: { location: 'Bunker 13, Elm Street' }, next: 1 });
    await sandbox.event('PATCH', USER, `/${id}`, { summary: `${TITLE}, the end` });
    await isSaid(/"write-back: written"/);
    await behave();

    await fail(
      { kind: 'error', error: 'backendError', next: 2 },
      { kind: 'error', error: 'fullSyncRequired', method: 'GET', next: 1 },
    );
    await sandbox.event('POST', USER, '', meeting('c-two')).catch(() => undefined);
    await sandbox.event('POST', USER, '', meeting('c-two')).catch(() => undefined);
    await fail();
    await sandbox.call(4, 'POST', `/v1/calendars/${encodeURIComponent(USER)}/sync`, { full: true, resend: true });
    await sandbox.call(4, 'PUT', `/v1/calendars/${encodeURIComponent(USER)}`, { wrong: TITLE });
    await sandbox.call(4, 'GET', `/v1/calendars/${encodeURIComponent(GUEST)}`);
    await fetch(`${sandbox.address(2)}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: { data: Buffer.from(`{"version":1,"calendar":"${USER}"}`).toString('base64') } }),
    });
    await isSaid(/"line":"dead-letter"/);
    await sandbox.event('DELETE', USER, `/${id}`);
    await sandbox.until('c-one', 8_000, ({ state }) => state === 'cancelled');
  } finally {
    await sandbox.stop();
  }

  const channelIds = [...channels.matchAll(/"id":"([a-z2-7]{20}-[^"]+)"/g)].map(([, id = '']) => id);
  expect(channelIds).not.toEqual([]);
  const tokens = channelIds.map((id) => signChannel(id, [CHANNEL_KEY]));
  const forbidden = [
    USER,
    GUEST,
    'quietperson',
    'Invisible Guest',
    'Merger',
    'Umbrella',
    'eleven billion',
    'Bunker',
    'open-sesame',
    CHANNEL_KEY,
    WEBHOOK_SECRET,
    WEBHOOK_SECRET.slice(6),
    encodeURIComponent(USER),
    ...tokens,
  ];
  expect(forbidden.filter((text) => sandbox.output.includes(text))).toEqual([]);
  expect(sandbox.output).not.toMatch(/syncToken|whsec_|Bearer /);
  const lines = sandbox.output.split('\n').filter((line) => line.startsWith('{'));
  process.stdout.write(
    `attack: ${lines.length} log lines of a full run searched for ${forbidden.length} words of others\n`,
  );
  expect(lines.length).toBeGreaterThan(10);
}, 60_000);
