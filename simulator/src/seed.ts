/** What is there at the start: calendars with their events, tokens with their users, OAuth clients, the clock. Read strictly: a typing error is refused. */
import { ACCESS_ROLES, type AccessRole } from '../../sandbox/calendar/state/access-role.ts';
import { isObject, type JsonObject } from '../../sandbox/calendar/wire/json.ts';
import { isZone } from '../../sandbox/import/zoned-time.ts';
import type { OAuthClient } from '../../sandbox/oauth/simulated-oauth.ts';

/** A calendar of a seed. */
export interface SeedCalendar {
  /** An address; the calendar of that user himself, unless `owner` says otherwise. */
  readonly id: string;
  readonly owner?: string | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  /** IANA name; default UTC. */
  readonly timeZone?: string | undefined;
  /** Who else may do what, by address. */
  readonly roles?: Readonly<Record<string, AccessRole>> | undefined;
  /** Bodies of `events.insert`, conference data included. */
  readonly events?: readonly JsonObject[] | undefined;
  /** Items of recorded `events.list` answers, taken over as they are. */
  readonly recorded?: readonly unknown[] | undefined;
}

/** See the file's head. The same seed under the same clock gives the same ids and etags. */
export interface Seed {
  /** Chooses the ids that are made up; default 1. */
  readonly random?: number | undefined;
  /** Where the clock stands still; without it, the clock runs. */
  readonly clock?: string | undefined;
  /** Access tokens and whose they are, by address. */
  readonly tokens?: Readonly<Record<string, string>> | undefined;
  /** OAuth clients that may ask users for their consent. Without any, every client may. */
  readonly clients?: readonly OAuthClient[] | undefined;
  readonly calendars?: readonly SeedCalendar[] | undefined;
}

/** The seed cannot be understood; the message says where. */
export class MalformedSeed extends Error {
  override readonly name = 'MalformedSeed';
}

/**
 * Reads a parsed seed file.
 * @throws MalformedSeed
 */
export function readSeed(value: unknown): Seed {
  const seed = objectOf(value, 'the seed', ['random', 'clock', 'tokens', 'clients', 'calendars']);
  const { random, tokens, clients, calendars } = seed;
  if (random !== undefined && !isWholeNumber(random)) throw new MalformedSeed('random has to be a whole number');
  return {
    random,
    clock: textMember(seed, 'clock', 'the seed'),
    tokens: tokens === undefined ? undefined : textsOf(tokens, 'tokens'),
    clients: clients === undefined ? undefined : listOf(clients, 'clients').map(clientOf),
    calendars: calendars === undefined ? undefined : listOf(calendars, 'calendars').map(calendarOf),
  };
}

function calendarOf(value: unknown, index: number): SeedCalendar {
  const place = `calendars[${index}]`;
  const known = ['id', 'owner', 'summary', 'description', 'timeZone', 'roles', 'events', 'recorded'];
  const calendar = objectOf(value, place, known);
  const id = textMember(calendar, 'id', place);
  if (id === undefined || !id.includes('@')) throw new MalformedSeed(`${place}.id has to be an address`);
  const timeZone = textMember(calendar, 'timeZone', place);
  if (timeZone !== undefined && !isZone(timeZone))
    throw new MalformedSeed(`${place}.timeZone has to be an IANA name such as Europe/Berlin; ${timeZone} is none`);
  const { roles, events, recorded } = calendar;
  const bodies = events === undefined ? undefined : listOf(events, `${place}.events`);
  return {
    id,
    owner: textMember(calendar, 'owner', place),
    summary: textMember(calendar, 'summary', place),
    description: textMember(calendar, 'description', place),
    timeZone,
    roles: roles === undefined ? undefined : rolesOf(roles, `${place}.roles`),
    events: bodies?.map((event, at) => objectOf(event, `${place}.events[${at}]`)),
    recorded: recorded === undefined ? undefined : listOf(recorded, `${place}.recorded`),
  };
}

function clientOf(value: unknown, index: number): OAuthClient {
  const place = `clients[${index}]`;
  const client = objectOf(value, place, ['id', 'secret', 'redirectUris']);
  const [id, secret] = [textMember(client, 'id', place), textMember(client, 'secret', place)];
  if (id === undefined || secret === undefined) throw new MalformedSeed(`${place} needs an id and a secret`);
  const redirectUris = listOf(client.redirectUris, `${place}.redirectUris`).map((uri, at) => {
    if (typeof uri === 'string' && URL.canParse(uri)) return uri;
    throw new MalformedSeed(`${place}.redirectUris[${at}] has to be an address`);
  });
  return { id, secret, redirectUris };
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function rolesOf(value: unknown, place: string): Record<string, AccessRole> {
  const roles = Object.entries(textsOf(value, place)).map(([user, text]): [string, AccessRole] => {
    const role = ACCESS_ROLES.find((known) => known === text);
    if (role === undefined) throw new MalformedSeed(`${place}.${user} has to be one of ${ACCESS_ROLES.join(', ')}`);
    return [user, role];
  });
  return Object.fromEntries(roles);
}

function objectOf(value: unknown, place: string, known?: readonly string[]): JsonObject {
  if (!isObject(value)) throw new MalformedSeed(`${place} has to be an object`);
  const unknown = Object.keys(value).find((key) => known?.includes(key) === false);
  if (unknown !== undefined) throw new MalformedSeed(`${place} has an unknown member "${unknown}"`);
  return value;
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new MalformedSeed(`${place} has to be a list`);
  return value;
}

function textMember(object: JsonObject, name: string, place: string): string | undefined {
  const value = object[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new MalformedSeed(`${place}.${name} has to be a text`);
}

function textsOf(value: unknown, place: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectOf(value, place)).map(([key, text]) => {
      if (typeof text !== 'string') throw new MalformedSeed(`${place}.${key} has to be a text`);
      return [key, text];
    }),
  );
}
