/**
 * confsync connections drop-secrets: removes the Secret Manager secrets of users whose refresh token in the database is proven to work. That
 * the functions can open it is not seen by having the keys here, so a sync is waited for that cannot have used another.
 */
import type { ConnectionRecord } from '../../shared/domain/connection/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { CommandFailed } from '../cli/errors.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { noParameters } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { seeToEach } from '../cli/see-to-each.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { scanConnections } from '../records/scan.ts';

const USERS_MAX = 200_000;
const CALENDARS_MAX = 100;
/** Deployments that ask Google for access tokens all day. */
const READERS = ['sync-calendar-live', 'sync-calendar-upkeep', 'renew-channels'] as const;
/** A process may go on with an access token that came from the secret for as long as Google makes one good for. */
const PROVEN_AFTER_MS = 3_600_000;

export const help: Help = {
  path: ['connections', 'drop-secrets'],
  summary: 'remove secrets of users whose tokens were taken over',
  more: 'Only those of users who are connected, and with a calendar that was synced more than an hour after that: then the\ntoken in the database is the one in use. Nobody gets a removed secret back. Needs roles/secretmanager.admin.',
  examples: [
    ['confsync connections drop-secrets --dry-run', 'how many users are proven'],
    ['confsync connections drop-secrets', 'pay for them no longer'],
  ],
  isChanging: true,
};

export function parse(given: Given): null {
  noParameters(given);
  return null;
}

export async function run(services: OpsServices, _: null, screen: Screen): Promise<Report> {
  await requireKeysInUse(services);
  const { found } = await scanConnections(services.store, USERS_MAX);
  const proven: ConnectionRecord[] = [];
  for (const [index, connection] of found.entries()) {
    if (await isProven(services, connection)) proven.push(connection);
    screen.progress('Looking at connections', index + 1, found.length);
  }
  const waiting = found.length - proven.length;
  const plan = `remove the secrets, where there are any, of ${counted(proven.length, 'user')} whose consent is in use from the database`;
  const consent = await screen.agree(plan, proven.length);
  if (consent !== 'go') return unchanged(consent, plan, { users: proven.length, waiting });
  let removed = 0;
  let seen = 0;
  const why = await seeToEach(screen, 'Removing', proven, async ({ subject }) => {
    if (await services.consents.secrets.remove(subject)) removed++;
    seen++;
  });
  return {
    data: { isDone: why === null, removed, withoutSecret: seen - removed, waiting, stopped: why },
    text: () => [
      `${counted(removed, 'secret')} removed; ${counted(seen - removed, 'user')} had none.`,
      ...(waiting > 0 ? [`${counted(waiting, 'user')} not proven yet, or disconnected: their secrets stay.`] : []),
      ...(why === null ? [] : [`Stopped half-way (${why}). Go on with: confsync connections drop-secrets`]),
    ],
    exit: why === null ? EXIT.fine : EXIT.failed,
  };
}

/** A function without the key ring reads the secrets, however many connections there are. @throws CommandFailed */
async function requireKeysInUse({ installation, names }: OpsServices): Promise<void> {
  if (names.emulators !== null) {
    throw new CommandFailed(
      'emulators have neither functions nor secrets',
      'Type it against an installation in Google Cloud.',
    );
  }
  const deployed = await installation.functions();
  if (deployed.kind !== 'known') {
    const why = deployed.kind === 'unreadable' ? deployed.why : 'there are none';
    throw new CommandFailed(
      `whether the functions have CONNECTION_KEYS cannot be seen (${why})`,
      'It takes roles/cloudfunctions.viewer.',
    );
  }
  for (const deployment of READERS) {
    const name = names.functions[deployment];
    if (deployed.fact.find((one) => one.name === name)?.secrets.CONNECTION_KEYS !== undefined) continue;
    throw new CommandFailed(
      `${name} has no CONNECTION_KEYS, so it acts for users by the secrets`,
      'Deploy it with the keys first: docs/connect.md.',
    );
  }
}

async function isProven({ store }: OpsServices, { subject, state }: ConnectionRecord): Promise<boolean> {
  if (state.kind !== 'connected') return false;
  const calendars = await store.calendarsOf(subject, { after: null, limit: CALENDARS_MAX });
  return calendars.some(
    ({ lastSyncedAt }) => lastSyncedAt !== null && lastSyncedAt > state.connectedAt + PROVEN_AFTER_MS,
  );
}
