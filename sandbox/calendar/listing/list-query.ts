/**
 * What an `events.list` or `events.instances` request asks for
 * (https://developers.google.com/workspace/calendar/api/v3/reference/events/list).
 */

import { EVENT_TYPES } from '../state/event-types.ts';
import { fingerprint } from '../state/identifiers.ts';
import {
  ApiError,
  invalid,
  invalidParameter,
  syncTokenWithRequestRestrictions,
  timeRangeEmpty,
} from '../wire/api-error.ts';
import { METHODS } from '../wire/methods.ts';
import {
  countParameter,
  flagParameter,
  instantParameter,
  pairsParameter,
  textParameter,
} from '../wire/query-values.ts';
import type { Query } from '../wire/requests.ts';

/** The order in which a full listing comes; `none` is unspecified, but stable. */
type ListOrder = 'none' | 'startTime' | 'updated';

/** A listing, understood. */
export interface ListQuery {
  readonly syncToken: string | undefined;
  readonly pageToken: string | undefined;
  readonly maxResults: number;
  readonly showDeleted: boolean;
  readonly singleEvents: boolean;
  readonly timeMinMs: number | undefined;
  readonly timeMaxMs: number | undefined;
  readonly updatedMinMs: number | undefined;
  readonly words: readonly string[];
  readonly iCalUID: string | undefined;
  readonly privateProperties: readonly (readonly [string, string])[];
  readonly sharedProperties: readonly (readonly [string, string])[];
  readonly eventTypes: ReadonlySet<string> | undefined;
  readonly order: ListOrder;
  /** The same for every page of one listing. */
  readonly fingerprint: string;
}

const RESULTS_DEFAULT = 250;
const RESULTS_MAX = 2500;

/** All that a listing depends on. */
const KNOWN: ReadonlySet<string> = new Set(METHODS['events.list'].query);

/** May not be combined with a sync token. */
const NARROWING = [
  'iCalUID',
  'orderBy',
  'privateExtendedProperty',
  'q',
  'sharedExtendedProperty',
  'timeMin',
  'timeMax',
  'updatedMin',
];

/** Not part of what a page token is bound to: the size and the shape of a page may change. */
const UNBOUND: ReadonlySet<string> = new Set(['pageToken', 'maxResults']);

/**
 * Reads the query of a list or watch request.
 * @throws ApiError 400
 */
export function readListQuery(query: Query): ListQuery {
  const syncToken = textParameter(query, 'syncToken');
  const showDeleted = flagParameter(query, 'showDeleted');
  const singleEvents = flagParameter(query, 'singleEvents') ?? false;
  if (syncToken !== undefined && (showDeleted === false || NARROWING.some((name) => query.has(name)))) {
    throw syncTokenWithRequestRestrictions();
  }
  const timeMinMs = instantParameter(query, 'timeMin');
  const timeMaxMs = instantParameter(query, 'timeMax');
  if (timeMinMs !== undefined && timeMaxMs !== undefined && timeMinMs >= timeMaxMs) throw timeRangeEmpty();
  return {
    syncToken,
    pageToken: textParameter(query, 'pageToken'),
    maxResults: countParameter(query, 'maxResults', RESULTS_DEFAULT, RESULTS_MAX),
    showDeleted: showDeleted ?? false,
    singleEvents,
    timeMinMs,
    timeMaxMs,
    updatedMinMs: instantParameter(query, 'updatedMin'),
    words: (textParameter(query, 'q') ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
    iCalUID: textParameter(query, 'iCalUID'),
    privateProperties: pairsParameter(query, 'privateExtendedProperty'),
    sharedProperties: pairsParameter(query, 'sharedExtendedProperty'),
    eventTypes: readEventTypes(query),
    order: readOrder(query, singleEvents),
    fingerprint: fingerprintOf(query),
  };
}

function readOrder(query: Query, singleEvents: boolean): ListOrder {
  const orderBy = textParameter(query, 'orderBy');
  switch (orderBy) {
    case undefined:
      return 'none';
    case 'updated':
      return 'updated';
    case 'startTime':
      if (singleEvents) return 'startTime';
      throw invalid('The requested ordering is not available for the particular query.', 'orderBy');
    default:
      throw invalidParameter(`Invalid string value: '${orderBy}'. Allowed values: [startTime, updated]`, 'orderBy');
  }
}

function readEventTypes(query: Query): ReadonlySet<string> | undefined {
  const types = query.get('eventTypes');
  if (types === undefined) return undefined;
  for (const type of types) {
    if (EVENT_TYPES.has(type)) continue;
    throw new ApiError(400, 'global', 'invalidParameter', `Invalid value '${type}'.`, {
      locationType: 'parameter',
      location: 'eventTypes',
    });
  }
  return new Set(types);
}

function fingerprintOf(query: Query): string {
  let text = '';
  for (const name of [...query.keys()].toSorted()) {
    if (KNOWN.has(name) && !UNBOUND.has(name)) text += `${name}=${(query.get(name) ?? []).join('\n')}\r`;
  }
  return fingerprint(text);
}
