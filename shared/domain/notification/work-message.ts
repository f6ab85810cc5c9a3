/**
 * What travels on the work topic: a request to look, never a fact, so that any message may come twice, late, out of
 * order, or again tomorrow. Version 1 is flat JSON; what a later version adds is ignored, what it removes is refused. Messages of before
 * version 0.2 do not name their kind.
 */
import { BadRequest } from '../errors.ts';
import { type CalendarKey, type ConferenceKey, readCalendarKey, readConferenceKey } from '../ids.ts';

/** People's edits travel on `live`, everything that can wait on `upkeep`. */
export type Lane = 'live' | 'upkeep';

/** How a message came. */
export interface Arrival {
  readonly lane: Lane;
  /** When the broker took the message, by its clock; Unix milliseconds. */
  readonly publishedAt: number;
}

/** Why a calendar is to be looked at. */
export const SYNC_CAUSES = [
  'notification',
  'reconcile',
  'registered',
  'resumed',
  'resync',
  'continuation',
  'wanted',
  'replay',
] as const;
/** See SYNC_CAUSES. */
export type SyncCause = (typeof SYNC_CAUSES)[number];

/** What a notification says of its channel; both are needed to stop one. */
export interface ChannelName {
  readonly id: string;
  readonly resourceId: string;
}

/** Asks for a sync of a calendar. */
export interface SyncRequest {
  readonly kind: 'sync';
  readonly calendar: CalendarKey;
  readonly cause: SyncCause;
  /** The channel that the notification came through. */
  readonly channel?: ChannelName;
  /** List even if a later listing has covered this request already. */
  readonly force?: boolean;
}

/** Google confirmed a channel with a `sync` notification: it works, and nothing else is known. */
export interface ChannelProof {
  readonly kind: 'channel-proof';
  readonly calendar: CalendarKey;
  readonly channel: ChannelName;
}

/** A conference has something due: a retry, the end of its grace, an announcement that came to nothing. */
export interface ConferenceRequest {
  readonly kind: 'conference';
  readonly conference: ConferenceKey;
}

/** The conference system is to be told of a calendar itself. */
export interface NoticeRequest {
  readonly kind: 'notice';
  readonly calendar: CalendarKey;
}

/** Everything that the worker understands. */
export type WorkMessage = SyncRequest | ChannelProof | ConferenceRequest | NoticeRequest;

const WORK_KINDS: { readonly [Kind in WorkMessage['kind']]: Kind } = {
  sync: 'sync',
  'channel-proof': 'channel-proof',
  conference: 'conference',
  notice: 'notice',
};

type Fields = Readonly<Record<string, unknown>>;

/** JSON text for the topic. */
export function encodeWork(message: WorkMessage): string {
  // By its cause a worker of before version 0.2, to which a deployment may be rolled back, knows a proof.
  return JSON.stringify({ version: 1, ...message, ...(message.kind === 'channel-proof' && { cause: message.kind }) });
}

/**
 * Reads what `encodeWork` wrote.
 * @throws BadRequest naming the part that is wrong
 */
export function decodeWork(text: string): WorkMessage {
  const fields = parseObject(text);
  if (fields.version !== 1) throw new BadRequest(`work message: version must be 1, not ${shown(fields.version)}`);
  const kind = kindOf(fields);
  switch (kind) {
    case 'conference':
      return { kind, conference: conferenceOf(fields) };
    case 'channel-proof':
      return { kind, calendar: calendarOf(fields), channel: provenChannelOf(fields) };
    case 'notice':
      return { kind, calendar: calendarOf(fields) };
    case 'sync':
      return syncRequestOf(fields);
  }
}

function kindOf(fields: Fields): WorkMessage['kind'] {
  const { kind } = fields;
  if (kind === undefined) {
    if (fields.conference !== undefined) return 'conference';
    return fields.cause === 'channel-proof' ? 'channel-proof' : 'sync';
  }
  const known = Object.values(WORK_KINDS).find((name) => name === kind);
  if (known === undefined) throw new BadRequest(`work message: unknown kind ${shown(kind)}`);
  return known;
}

function conferenceOf(fields: Fields): ConferenceKey {
  const conference = readConferenceKey(fields.conference);
  if (conference === undefined) throw new BadRequest('work message: conference must be a conference key');
  return conference;
}

function calendarOf(fields: Fields): CalendarKey {
  const calendar = readCalendarKey(fields.calendar);
  if (calendar === undefined) throw new BadRequest('work message: calendar must be a calendar key');
  return calendar;
}

function provenChannelOf(fields: Fields): ChannelName {
  const channel = readChannelName(fields.channel);
  if (channel === undefined) throw new BadRequest('work message: a channel proof needs channel {id, resourceId}');
  return channel;
}

function syncRequestOf(fields: Fields): SyncRequest {
  const calendar = calendarOf(fields);
  const cause = SYNC_CAUSES.find((known) => known === fields.cause);
  if (cause === undefined) throw new BadRequest(`work message: unknown cause ${shown(fields.cause)}`);
  const channel = readChannelName(fields.channel);
  return {
    kind: 'sync',
    calendar,
    cause,
    ...(channel !== undefined && { channel }),
    ...(fields.force === true && { force: true }),
  };
}

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadRequest('work message: not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadRequest('work message: must be a JSON object');
  }
  return { ...value };
}

function readChannelName(value: unknown): ChannelName | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('id' in value) || typeof value.id !== 'string') return undefined;
  if (!('resourceId' in value) || typeof value.resourceId !== 'string') return undefined;
  return { id: value.id, resourceId: value.resourceId };
}

/** Foreign text in an error stays short and on one line. */
function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 40) ?? 'nothing';
}
