/** What the manage API can do with users' connections. */
import type { ConnectionRecord } from '../../shared/domain/connection/records.ts';
import { ConnectionsOff } from '../../shared/domain/errors.ts';
import { readSubjectKey } from '../../shared/domain/ids.ts';
import { checkName } from '../../shared/domain/names.ts';
import type { ConnectServices } from '../../shared/domain/ports.ts';
import { forgetUser } from '../../shared/flow/connections/forget-user.ts';
import { heldToken } from '../../shared/flow/connections/held-token.ts';
import { knownConnection } from '../../shared/flow/connections/known-connection.ts';
import { type Offer, offerConnection, offerReconnection } from '../../shared/flow/connections/offer-connection.ts';
import { type Answer, type Call, type ManageServices, type Operation, REMOVAL_MS } from './operation.ts';
import { textMember, textMemberOrNull, textsMember } from './read-body.ts';
import { PAGE_PARAMETERS, pageSizeOf, readPage } from './read-page.ts';
import { viewConnection } from './views.ts';

const CONNECTION = '/v1/connections/(?<subject>[^/]+)';
/** A connection changes by its user and by Google: no caller can make a condition of what he has read. */
const BARE = { parameters: [], members: null, isConditional: false };

/** All of them. */
export const CONNECTION_OPERATIONS: readonly Operation[] = [
  {
    ...BARE,
    action: 'connections-list',
    method: 'GET',
    path: /^\/v1\/connections$/,
    parameters: PAGE_PARAMETERS,
    act: listConnections,
  },
  {
    ...BARE,
    action: 'connect',
    method: 'POST',
    path: /^\/v1\/connections$/,
    members: ['subject', 'calendars', 'returnTo'],
    act: connect,
  },
  { ...BARE, action: 'connection-get', method: 'GET', path: new RegExp(`^${CONNECTION}$`), act: getConnection },
  { ...BARE, action: 'disconnect', method: 'DELETE', path: new RegExp(`^${CONNECTION}$`), act: deleteConnection },
  {
    ...BARE,
    action: 'reconnect',
    method: 'POST',
    path: new RegExp(`^${CONNECTION}/reconnect$`),
    members: ['returnTo'],
    act: reconnect,
  },
  {
    ...BARE,
    action: 'forget-subject',
    method: 'DELETE',
    path: /^\/v1\/subjects\/(?<subject>[^/]+)$/,
    act: deleteSubject,
  },
];

async function listConnections({ store, connections: setup }: ManageServices, { query }: Call): Promise<Answer> {
  const { found, next } = await readPage(query, pageSizeOf(query), readSubjectKey, (range) => store.connections(range));
  return { status: 200, body: { connections: found.map((record) => viewed(setup, record)), ...next } };
}

async function connect(services: ManageServices, { members }: Call): Promise<Answer> {
  const wish = {
    subject: textMemberOrNull(members, 'subject'),
    calendars: textsMember(members, 'calendars'),
    returnTo: textMember(members, 'returnTo'),
  };
  return offered(await offerConnection(connecting(services), wish));
}

async function reconnect(services: ManageServices, { subject, members }: Call): Promise<Answer> {
  checkName('subject', subject);
  const returnTo = textMember(members, 'returnTo');
  return offered(await offerReconnection(connecting(services), subject, returnTo));
}

async function getConnection({ store, connections: setup }: ManageServices, { subject }: Call): Promise<Answer> {
  checkName('subject', subject);
  return { status: 200, body: viewed(setup, await knownConnection(store, subject)) };
}

/** As it is on record, and whether the workers can use it. Where nobody can connect, that cannot be seen. */
function viewed(setup: ManageServices['connections'], record: ConnectionRecord): Readonly<Record<string, unknown>> {
  return viewConnection(record, setup === undefined || heldToken(record, setup.terms) !== undefined);
}

async function deleteConnection(services: ManageServices, { subject }: Call): Promise<Answer> {
  checkName('subject', subject);
  await knownConnection(services.store, subject);
  await forgetUser(services, services.connections, subject, services.clock.now() + REMOVAL_MS);
  return { status: 204 };
}

async function deleteSubject(services: ManageServices, { subject }: Call): Promise<Answer> {
  checkName('subject', subject);
  const until = services.clock.now() + REMOVAL_MS;
  return { status: 200, body: { subject, ...(await forgetUser(services, services.connections, subject, until)) } };
}

/** @throws ConnectionsOff */
function connecting({ connections, ...services }: ManageServices): ConnectServices {
  if (connections === undefined) throw new ConnectionsOff('no user can connect here');
  return { ...services, ...connections };
}

function offered({ url, expiresAt }: Offer): Answer {
  return { status: 201, body: { url, expiresAt: new Date(expiresAt).toISOString() } };
}
