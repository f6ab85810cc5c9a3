/**
 * confsync connections import: takes refresh tokens over from Secret Manager, where each costs a secret, into the database. Stopped
 * half-way, or typed again, it goes on with those that are left.
 */
import { type ConnectionRecord, tokenIsAbout } from '../../shared/domain/connection/records.ts';
import { unseal } from '../../shared/domain/connection/seal.ts';
import { type SubjectKey, subjectKeyOf } from '../../shared/domain/ids.ts';
import { importConsent, type Sealing } from '../../shared/flow/connections/import-consent.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { CommandFailed } from '../cli/errors.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { countFlag, noParameters } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { seeToEach } from '../cli/see-to-each.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { scanCalendars, scanConnections } from '../records/scan.ts';

const USERS_MAX = 200_000;

export const help: Help = {
  path: ['connections', 'import'],
  summary: 'take refresh tokens over from Secret Manager',
  flags: { limit: { value: 'N', help: 'stop after so many users (default: all)' } },
  more: 'For every user with a registered calendar who has not connected: his token is read from Secret Manager, sealed, and\nkept in the database, where the functions look first. The secrets stay; connections drop-secrets removes them. Needs\nCONNECTION_KEYS and OAUTH_CLIENT_ID as the functions have them, and roles/secretmanager.secretAccessor.',
  examples: [
    ['confsync connections import --dry-run', 'how many users have not connected'],
    ['confsync connections import --limit 1', 'try it with one user; see that his calendar goes on being synced'],
    ['confsync connections import', 'take all tokens over'],
  ],
  isChanging: true,
};

interface Options {
  readonly limit: number;
}

export function parse(given: Given): Options {
  noParameters(given);
  return { limit: countFlag(given, 'limit', USERS_MAX) };
}

export async function run(services: OpsServices, { limit }: Options, screen: Screen): Promise<Report> {
  const { sealing } = services.consents;
  if (sealing === undefined) {
    throw new CommandFailed(
      'CONNECTION_KEYS or OAUTH_CLIENT_ID is not set here, and the functions could not open what is sealed with others',
      'Export both as the functions have them; docs/connect.md says how.',
    );
  }
  const { found: connections } = await scanConnections(services.store, USERS_MAX);
  requireSameKeys(connections, sealing);
  const users = (await usersWithout(services, connections, screen)).slice(0, limit);
  const plan = `look for the refresh tokens of ${counted(users.length, 'user')} in Secret Manager, and take over those that are there`;
  const consent = await screen.agree(plan, users.length);
  if (consent !== 'go') return unchanged(consent, plan, { users: users.length });
  let imported = 0;
  /** Users without a secret: others act for them, or nobody does. */
  let without = 0;
  const why = await seeToEach(screen, 'Taking over', users, async (user) => {
    const token = await services.consents.secrets.read(user);
    if (token === undefined) without++;
    else if (await importConsent(services, sealing, user, token)) imported++;
  });
  return {
    data: { isDone: why === null, imported, without, left: users.length - imported - without, stopped: why },
    text: () => [
      `${counted(imported, 'token')} taken over; ${counted(without, 'user')} without a secret.`,
      ...(why === null
        ? imported === 0
          ? []
          : ['Two hours after this, remove the secrets: confsync connections drop-secrets']
        : [`Stopped half-way (${why}). Go on with: confsync connections import`]),
    ],
    exit: why === null ? EXIT.fine : EXIT.failed,
  };
}

/** The functions have made some of these: a ring that opens none of theirs is another one. @throws CommandFailed */
function requireSameKeys(connections: readonly ConnectionRecord[], { keys, clientId }: Sealing): void {
  const sealed = connections.flatMap((connection) =>
    connection.state.kind === 'connected' && connection.clientId === clientId
      ? [{ text: connection.state.sealedToken, about: tokenIsAbout(connection) }]
      : [],
  );
  if (sealed.length === 0 || sealed.some(({ text, about }) => unseal(text, keys, about) !== undefined)) return;
  throw new CommandFailed(
    'CONNECTION_KEYS opens none of the connections on record, so the functions have other keys',
    'Export it as the functions have it; docs/connect.md says how.',
  );
}

/** Users of registered calendars who have not connected, each once, in the spelling of his first calendar. */
async function usersWithout(
  { store }: OpsServices,
  connections: readonly ConnectionRecord[],
  screen: Screen,
): Promise<readonly string[]> {
  const known = new Set(connections.map(({ key }) => key));
  const { found: calendars, isAll } = await scanCalendars(store, USERS_MAX, undefined, (count) =>
    screen.progress('Reading calendars', count, null),
  );
  if (!isAll) screen.note(`Only the first ${USERS_MAX} calendars were looked at; type the same again for the others.`);
  const users = new Map<SubjectKey, string>();
  for (const { subject } of calendars) {
    const key = subjectKeyOf(subject);
    if (!known.has(key) && !users.has(key)) users.set(key, subject);
  }
  return [...users.values()];
}
