/**
 * Pages and incremental listings of small collections: rules of access, lists of calendars, settings. All three have the same
 * parameters and tokens (https://developers.google.com/workspace/calendar/api/v3/reference/acl/list).
 */
import { seal, unseal } from '../listing/tokens.ts';
import { fingerprint } from '../state/identifiers.ts';
import type { CollectionEntry, SmallCollection } from '../state/small-collection.ts';
import { fullSyncRequired, invalid, syncTokenWithRequestRestrictions } from '../wire/api-error.ts';
import type { JsonObject } from '../wire/json.ts';
import { countParameter, flagParameter, textParameter } from '../wire/query-values.ts';
import type { Query } from '../wire/requests.ts';
import type { World } from '../world.ts';

/** What is listed. */
export interface Listed {
  readonly kind: string;
  /** Whose tokens these are: a token is good for nothing else. */
  readonly scope: string;
  readonly entries: SmallCollection;
  /** Whether a full listing shows the entry, which is not deleted. */
  readonly shows: (entry: CollectionEntry) => boolean;
  /** The resource of an entry. */
  readonly render: (entry: CollectionEntry) => JsonObject;
  /** Parameters that a sync token does not allow; `flags` are allowed as true. */
  readonly narrowing?: { readonly names: readonly string[]; readonly flags: readonly string[] };
}

const RESULTS_DEFAULT = 100;
const RESULTS_MAX = 250;

/**
 * Answers a list request.
 * @throws ApiError 400, 410
 */
export function listCollection(world: World, listed: Listed, query: Query): JsonObject {
  const size = countParameter(query, 'maxResults', RESULTS_DEFAULT, RESULTS_MAX);
  const since = checkCollectionToken(world, listed, query);
  const page = readPage(listed, textParameter(query, 'pageToken'), since);
  const showDeleted = flagParameter(query, 'showDeleted') ?? false;
  const isListed = (entry: CollectionEntry): boolean =>
    since === undefined ? (entry.deleted ? showDeleted : listed.shows(entry)) : entry.seq > since;
  const all = [...listed.entries.all()].filter(isListed);
  const entries = all.slice(page.offset, page.offset + size);
  const next = page.offset + entries.length;
  const tokenOf = (kind: string, ...parts: readonly number[]): string =>
    seal([kind, fingerprint(listed.scope), ...parts.map(String)]);
  const token =
    next < all.length
      ? { nextPageToken: tokenOf('cp', since ?? -1, page.snapshot, next) }
      : { nextSyncToken: tokenOf('cs', page.snapshot, world.now()) };
  const items = entries.map(listed.render);
  return { kind: listed.kind, etag: `"p${fingerprint(JSON.stringify(items))}"`, ...token, items };
}

/**
 * The change that the request's sync token stands for; undefined where it has none.
 * @throws ApiError 400, 410
 */
export function checkCollectionToken(
  world: World,
  { scope, entries, narrowing }: Listed,
  query: Query,
): number | undefined {
  const text = textParameter(query, 'syncToken');
  if (text === undefined) return undefined;
  const isNarrowed =
    narrowing?.names.some((name) => query.has(name)) === true ||
    narrowing?.flags.some((name) => flagParameter(query, name) === false) === true;
  if (isNarrowed || flagParameter(query, 'showDeleted') === false) throw syncTokenWithRequestRestrictions();
  const [kind, ofScope, seq, issuedAt] = unseal(text) ?? [];
  // A token from before a reset can be ahead of what is there now.
  if (kind !== 'cs' || ofScope !== fingerprint(scope)) throw invalid('Invalid sync token value.', 'syncToken');
  const isExpired = Number(seq) > entries.seq || world.now() - Number(issuedAt) > world.settings.syncTokenTtlMs;
  if (isExpired) throw fullSyncRequired();
  return Number(seq);
}

function readPage(
  { scope, entries }: Listed,
  text: string | undefined,
  since: number | undefined,
): { readonly snapshot: number; readonly offset: number } {
  if (text === undefined) return { snapshot: entries.seq, offset: 0 };
  const [kind, ofScope, ofSince, snapshot, offset] = unseal(text) ?? [];
  if (kind !== 'cp' || ofScope !== fingerprint(scope) || Number(ofSince) !== (since ?? -1)) {
    throw invalid('Invalid page token value.', 'pageToken');
  }
  return { snapshot: Number(snapshot), offset: Number(offset) };
}
