/**
 * Sync tokens and page tokens: opaque to clients, but all that the simulator has to remember of a listing, so that
 * nothing is kept per listing. A check sum tells a token that was made here from one that was not.
 */
import type { Calendar } from '../state/calendar.ts';
import { fingerprint } from '../state/identifiers.ts';

/** What a sync token says. */
export interface SyncToken {
  readonly calendar: string;
  readonly user: string;
  readonly epoch: string;
  /** The last change that its holder has seen. */
  readonly seq: number;
  readonly issuedAtMs: number;
}

/** What a page token says. */
export interface PageToken {
  readonly calendar: string;
  readonly user: string;
  readonly epoch: string;
  /** Fingerprint of the query that it continues. */
  readonly query: string;
  /** The last change at the time of the first page: later ones come with the next incremental listing. */
  readonly snapshot: number;
  /** Where the page ended; its meaning is the listing's. */
  readonly position: string;
  readonly issuedAtMs: number;
}

/** A new sync token. */
export function writeSyncToken(calendar: Calendar, user: string, seq: number, issuedAtMs: number): string {
  return seal([
    's',
    calendar.fingerprint,
    fingerprint(user),
    calendar.tokenEpochOf(user),
    String(seq),
    String(issuedAtMs),
  ]);
}

/** A new page token. */
export function writePageToken(
  calendar: Calendar,
  user: string,
  page: { readonly query: string; readonly snapshot: number; readonly position: string; readonly issuedAtMs: number },
): string {
  return seal([
    'p',
    calendar.fingerprint,
    fingerprint(user),
    calendar.tokenEpochOf(user),
    page.query,
    String(page.snapshot),
    String(page.issuedAtMs),
    page.position,
  ]);
}

/** Reads a sync token; undefined for anything that was not made here for this calendar and user. */
export function readSyncToken(text: string, calendar: Calendar, user: string): SyncToken | undefined {
  const [kind, ofCalendar, ofUser, epoch, seq, issuedAt] = unseal(text) ?? [];
  if (kind !== 's' || ofCalendar !== calendar.fingerprint || ofUser !== fingerprint(user)) return undefined;
  return { calendar: ofCalendar, user: ofUser, epoch: epoch ?? '', seq: Number(seq), issuedAtMs: Number(issuedAt) };
}

/** Reads a page token; undefined for anything that was not made here for this calendar, user and query. */
export function readPageToken(text: string, calendar: Calendar, user: string, query: string): PageToken | undefined {
  const [kind, ofCalendar, ofUser, epoch, ofQuery, snapshot, issuedAt, ...position] = unseal(text) ?? [];
  if (kind !== 'p' || ofCalendar !== calendar.fingerprint || ofUser !== fingerprint(user)) return undefined;
  if (ofQuery !== query) return undefined;
  return {
    calendar: ofCalendar,
    user: ofUser,
    epoch: epoch ?? '',
    query,
    snapshot: Number(snapshot),
    position: position.join('|'),
    issuedAtMs: Number(issuedAt),
  };
}

/** A token of any other listing: text parts that cannot be forged by accident. */
export function seal(parts: readonly string[]): string {
  const text = parts.join('|');
  return Buffer.from(`${fingerprint(text)}|${text}`).toString('base64url');
}

/** The parts of a token that `seal` made; undefined for any other text. */
export function unseal(token: string): readonly string[] | undefined {
  const [sum, ...parts] = Buffer.from(token, 'base64url').toString('utf8').split('|');
  return sum === fingerprint(parts.join('|')) ? parts : undefined;
}
