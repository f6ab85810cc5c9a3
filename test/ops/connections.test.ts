/** What operators see and do of users' consents, over the embedded store. */
import { describe, expect, test } from '@jest/globals';
import { createConsentSecrets } from '../../ops/adapters/consent-secrets.ts';
import { CommandFailed } from '../../ops/cli/errors.ts';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import * as connectionsDropSecrets from '../../ops/commands/connections-drop-secrets.ts';
import * as connectionsImport from '../../ops/commands/connections-import.ts';
import * as connectionsList from '../../ops/commands/connections-list.ts';
import * as connectionsRemove from '../../ops/commands/connections-remove.ts';
import * as connectionsShow from '../../ops/commands/connections-show.ts';
import type { Consents } from '../../ops/ports.ts';
import { type ConnectionState, tokenIsAbout } from '../../shared/domain/connection/records.ts';
import { type SealKeys, seal, unseal } from '../../shared/domain/connection/seal.ts';
import { UnknownConnection } from '../../shared/domain/errors.ts';
import { calendarKeyOf, subjectKeyOf } from '../../shared/domain/ids.ts';
import { ALICE, BOB } from '../domain/build.ts';
import { type Bench, bench, deployed, known } from './fake-services.ts';
import { runCommand as run } from './run-command.ts';

const KEYS: SealKeys = [Buffer.alloc(32, 'key').toString('base64')];
const OTHER_KEYS: SealKeys = [Buffer.alloc(32, 'other').toString('base64')];
const CLIENT = 'client.apps.googleusercontent.com';
const CAROL = 'carol@example.com';
const HOUR = 3_600_000;
const TOKEN = '1//the-refresh-token';

interface Made extends Bench {
  /** Secrets by user. */
  readonly secrets: Map<string, string>;
  readonly revoked: string[];
}

/** Alice, Bob and Carol have calendars; `CONNECTION_KEYS` is as the functions have it. */
async function three(consents: Partial<Consents> = {}, keysOf: readonly string[] = []): Promise<Made> {
  const secrets = new Map<string, string>();
  const revoked: string[] = [];
  const names = ['sync-calendar-live', 'sync-calendar-upkeep', 'renew-channels'];
  const functions = names.map((name) =>
    deployed(name, { secrets: keysOf.includes(name) ? { CONNECTION_KEYS: 'connection-keys/1' } : {} }),
  );
  const made = bench(
    { functions: async () => known(functions) },
    {
      consents: {
        sealing: { keys: KEYS, clientId: CLIENT },
        revoke: async (token) => void revoked.push(token),
        secrets: {
          read: async (user) => secrets.get(user),
          remove: async (user) => secrets.delete(user),
        },
        ...consents,
      },
    },
  );
  for (const user of [ALICE, BOB, CAROL]) await made.world.register(user);
  return Object.assign(made, { secrets, revoked });
}

async function connect(made: Made, subject: string, state?: ConnectionState, keys = KEYS): Promise<void> {
  const about = { key: subjectKeyOf(subject), clientId: CLIENT };
  const sealedToken = seal(TOKEN, keys, tokenIsAbout(about), subject);
  const connected = { kind: 'connected', sealedToken, connectedAt: made.world.clock.now(), endsAt: null } as const;
  await made.services.store.transact(async (tx) => tx.putConnection({ ...about, subject, state: state ?? connected }));
}

async function tokenOf(made: Made, subject: string): Promise<string | undefined> {
  const record = await made.services.store.connection(subjectKeyOf(subject));
  if (record?.state.kind !== 'connected') return undefined;
  return unseal(record.state.sealedToken, KEYS, tokenIsAbout(record))?.text;
}

const gone = (at: number): ConnectionState => ({ kind: 'disconnected', reason: 'revoked', at });

describe('connections', () => {
  test('are listed with their state, and never with a token', async () => {
    const made = await three();
    await connect(made, ALICE);
    await connect(made, BOB, gone(made.world.clock.now() - HOUR));
    const { lines, data } = await run(connectionsList, made);
    expect(lines[0]).toMatch(/^USER +STATE +SINCE +ENDS +REASON$/);
    expect(lines).toContainEqual(expect.stringMatching(/^alice@example\.com +connected +0s ago +- +-$/));
    expect(lines).toContainEqual(expect.stringMatching(/^bob@example\.com +disconnected +1h ago +- +revoked$/));
    expect(lines.at(-1)).toBe('2 users');
    expect(data).toMatchObject({ isAll: true, connections: expect.arrayContaining([expect.anything()]) });
    expect(JSON.stringify(data) + lines.join()).not.toMatch(/1\/\/|sealed|v1\./);
    const lost = await run(connectionsList, made, { flags: { state: 'disconnected' } });
    expect(lost.lines.at(-1)).toBe('1 user');
  });

  test('are none where nobody has connected', async () => {
    expect((await run(connectionsList, await three())).lines).toEqual(['Nobody has connected a calendar.']);
  });

  test('are shown with their calendars, and with what to do', async () => {
    const made = await three();
    await connect(made, ALICE, gone(made.world.clock.now()));
    const { lines, data } = await run(connectionsShow, made, { words: ['Alice@example.com'] });
    expect(lines).toContainEqual(expect.stringMatching(/^alice@example\.com +active/));
    expect(lines.at(-1)).toContain('POST /v1/connections/alice%40example.com/reconnect');
    expect(data).toMatchObject({ subject: ALICE, state: 'disconnected', calendars: [{ calendarId: ALICE }] });
    await expect(run(connectionsShow, made, { words: [BOB] })).rejects.toThrow(UnknownConnection);
  });

  test('are removed after a question, with the calendars, and ended at Google', async () => {
    const made = await three();
    await connect(made, ALICE);
    const tried = await run(connectionsRemove, made, { words: [ALICE], mode: { isDryRun: true } });
    expect(tried.lines).toEqual([
      `Would forget 1 user, ${ALICE}, with 1 calendar, and end the consent at Google. Nothing was changed.`,
    ]);
    const { lines, data } = await run(connectionsRemove, made, { words: [ALICE] });
    expect(lines).toEqual([`${ALICE} is forgotten, with 1 calendar. No conference was cancelled.`]);
    expect(data).toMatchObject({ isDone: true, isRevoked: true });
    expect(made.revoked).toEqual([TOKEN]);
    expect(await made.services.store.calendar(calendarKeyOf(ALICE))).toBeUndefined();
    await expect(run(connectionsRemove, made, { words: [ALICE] })).rejects.toThrow(UnknownConnection);
  });

  test('are removed without the keys too, and then it is said that Google still has the consent', async () => {
    const made = await three({ sealing: undefined });
    await connect(made, ALICE);
    const { lines } = await run(connectionsRemove, made, { words: [ALICE] });
    expect(lines.at(-1)).toContain('The consent stays with Google');
    expect(made.revoked).toEqual([]);
  });
});

describe('tokens of Secret Manager', () => {
  test('are taken over once, whatever was done before, and nothing prints them', async () => {
    const made = await three();
    made.secrets.set(ALICE, TOKEN);
    made.secrets.set(CAROL, 'an old token of a user who has connected since');
    await connect(made, CAROL);
    const tried = await run(connectionsImport, made, { mode: { isDryRun: true } });
    expect(tried.lines[0]).toContain('look for the refresh tokens of 2 users in Secret Manager');
    expect(await tokenOf(made, ALICE)).toBeUndefined();
    const { lines, data, exit } = await run(connectionsImport, made);
    expect(lines[0]).toBe('1 token taken over; 1 user without a secret.');
    expect({ data, exit }).toMatchObject({ data: { isDone: true, imported: 1, without: 1, left: 0 }, exit: EXIT.fine });
    expect(JSON.stringify(data) + lines.join()).not.toContain(TOKEN);
    expect(await Promise.all([ALICE, BOB, CAROL].map((user) => tokenOf(made, user)))).toEqual([
      TOKEN,
      undefined,
      TOKEN,
    ]);
    const again = await run(connectionsImport, made);
    expect(again.lines[0]).toBe('0 tokens taken over; 1 user without a secret.');
  });

  test('of which some are refused: it stops, says why, and goes on when it is typed again', async () => {
    let isRefused = true;
    let reads = 0;
    const made = await three({
      secrets: {
        async read() {
          if (++reads > 1 && isRefused) throw new CommandFailed('Secret Manager answered 403', 'It takes a role.');
          return TOKEN;
        },
        remove: async () => false,
      },
    });
    const first = await run(connectionsImport, made);
    expect(first.exit).toBe(EXIT.failed);
    expect(first.data).toMatchObject({ isDone: false, imported: 1, left: 2 });
    expect(first.lines.at(-1)).toContain('Secret Manager answered 403. It takes a role.');
    isRefused = false;
    expect((await run(connectionsImport, made)).data).toMatchObject({ isDone: true, imported: 2, left: 0 });
  });

  test('are taken over for one user, to see how that goes', async () => {
    const made = await three();
    for (const user of [ALICE, BOB, CAROL]) made.secrets.set(user, TOKEN);
    const { data } = await run(connectionsImport, made, { flags: { limit: '1' } });
    expect(data).toMatchObject({ imported: 1, left: 0 });
  });

  test('are left alone without the keys of the functions', async () => {
    await expect(run(connectionsImport, await three({ sealing: undefined }))).rejects.toThrow('is not set here');
    const made = await three();
    await connect(made, CAROL, undefined, OTHER_KEYS);
    await expect(run(connectionsImport, made)).rejects.toThrow('opens none of the connections on record');
  });
});

describe('secrets', () => {
  const READERS = ['sync-calendar-live', 'sync-calendar-upkeep', 'renew-channels'];

  /** Lets the calendar of the user have been synced so long after the connection. */
  async function synced(made: Made, user: string, ms: number): Promise<void> {
    const calendar = await made.world.calendar(user);
    const lastSyncedAt = made.world.clock.now() + ms;
    await made.services.store.transact(async (tx) => tx.putCalendar({ ...calendar, lastSyncedAt }));
  }

  test('are removed of users whose connection is proven by a sync, and of no other', async () => {
    const made = await three({}, READERS);
    for (const user of [ALICE, BOB, CAROL]) made.secrets.set(user, TOKEN);
    await connect(made, ALICE);
    await connect(made, BOB);
    await connect(made, CAROL, gone(made.world.clock.now()));
    await synced(made, ALICE, HOUR + 1);
    await synced(made, BOB, HOUR);
    await synced(made, CAROL, 2 * HOUR);
    const { lines, data } = await run(connectionsDropSecrets, made);
    expect([...made.secrets.keys()]).toEqual([BOB, CAROL]);
    expect(lines).toEqual([
      '1 secret removed; 0 users had none.',
      '2 users not proven yet, or disconnected: their secrets stay.',
    ]);
    expect(data).toMatchObject({ isDone: true, removed: 1, waiting: 2 });
  });

  test('stay while a function reads them', async () => {
    const made = await three({}, READERS.slice(0, 2));
    await expect(run(connectionsDropSecrets, made)).rejects.toThrow('renew-channels has no CONNECTION_KEYS');
  });

  test('of emulators are not looked for', async () => {
    const made = await three({}, READERS);
    const names = { ...made.services.names, emulators: ['127.0.0.1:1', '127.0.0.1:2'] as const };
    const services = { ...made.services, names };
    await expect(run(connectionsDropSecrets, { ...made, services })).rejects.toThrow('emulators have neither');
  });

  test('are read and removed by the API as Google documents it', async () => {
    const calls: string[] = [];
    const answers = [
      { status: 200, body: { payload: { data: Buffer.from(`${TOKEN}\n`).toString('base64') } } },
      { status: 404, body: undefined },
      { status: 400, body: undefined },
      { status: 200, body: {} },
      { status: 404, body: undefined },
    ];
    const call = async (method: string, url: string) => {
      calls.push(`${method} ${url}`);
      return answers.shift() ?? { status: 403, body: undefined };
    };
    const secrets = createConsentSecrets({ call }, 'p', (user) => `token-of-${user.length}`);
    expect([await secrets.read(ALICE), await secrets.read(ALICE), await secrets.read(ALICE)]).toEqual([
      TOKEN,
      undefined,
      undefined,
    ]);
    expect([await secrets.remove(ALICE), await secrets.remove(ALICE)]).toEqual([true, false]);
    expect(calls[0]).toBe(
      'GET https://secretmanager.googleapis.com/v1/projects/p/secrets/token-of-17/versions/latest:access',
    );
    expect(calls[3]).toBe('DELETE https://secretmanager.googleapis.com/v1/projects/p/secrets/token-of-17');
    await expect(secrets.read(ALICE)).rejects.toMatchObject({
      message: 'Secret Manager answered 403 for token-of-17',
      doThis: 'It takes roles/secretmanager.secretAccessor in the project of the secrets.',
    });
  });
});
