/**
 * Names of stored things. Each is a hash, so that no address or title stands in a document id, a channel id or a
 * log line, and so that ids spread evenly over Firestore's key range.
 */
import { createHash, hash } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Identifies a registered calendar; 20 characters of a-z and 2-7, safe in channel ids, document ids and logs. */
export type CalendarKey = Branded<'CalendarKey'>;
/** Identifies a conference by its vendor's id. */
export type ConferenceKey = Branded<'ConferenceKey'>;
/** Identifies an event within its calendar. */
export type BindingId = Branded<'BindingId'>;
/** Identifies a user whom we act as. */
export type SubjectKey = Branded<'SubjectKey'>;

/**
 * How many parts the due queries are divided into; a key belongs to exactly one. What counts over all of them names each in one query, which
 * has a bound of 30: https://firebase.google.com/docs/firestore/query-data/queries#limits_on_or_queries
 */
export const DUE_SHARDS = 16;

const KEY_LENGTH = 20;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** The keys of a page's events and conferences are asked for at each step of its work, and then never again. */
const RECENT_MAX = 2_000;
const recent = new Map<string, string>();

function digest(kind: string, text: string): string {
  const name = `${kind}\0${text}`;
  const known = recent.get(name);
  if (known !== undefined) return known;
  // In one step each: a full listing makes a key for every event, ours or not.
  const bytes = hash('sha256', name, 'buffer');
  for (let index = 0; index < KEY_LENGTH; index++) bytes[index] = ALPHABET.charCodeAt((bytes[index] ?? 0) & 31);
  const key = bytes.toString('latin1', 0, KEY_LENGTH);
  if (recent.size >= RECENT_MAX) recent.clear();
  recent.set(name, key);
  return key;
}

/** The key of a calendar ID; upper and lower case of an address name the same calendar. */
export function calendarKeyOf(calendarId: string): CalendarKey {
  return digest('calendar', calendarId.toLowerCase()) as CalendarKey;
}

/** The key of a vendor's conference id, compared exactly. */
export function conferenceKeyOf(conferenceId: string): ConferenceKey {
  return digest('conference', conferenceId) as ConferenceKey;
}

/** The key of a user's address; upper and lower case name the same user. */
export function subjectKeyOf(subject: string): SubjectKey {
  return digest('subject', subject.toLowerCase()) as SubjectKey;
}

/** The document id of the binding of an event. */
export function bindingIdOf(eventId: string): BindingId {
  return digest('event', eventId) as BindingId;
}

/** The id of the record that says an occurrence has left a series' conference for one of its own. */
export function departureIdOf(eventId: string, conference: ConferenceKey): BindingId {
  return digest('departure', `${conference}\0${eventId}`) as BindingId;
}

/** Narrows text that came from outside to a calendar key; undefined if it cannot be one. */
export function readCalendarKey(text: unknown): CalendarKey | undefined {
  return isKey(text) ? (text as CalendarKey) : undefined;
}

/** Narrows text that came from outside to a conference key; undefined if it cannot be one. */
export function readConferenceKey(text: unknown): ConferenceKey | undefined {
  return isKey(text) ? (text as ConferenceKey) : undefined;
}

/** Narrows text that came from outside to the key of a user; undefined if it cannot be one. */
export function readSubjectKey(text: unknown): SubjectKey | undefined {
  return isKey(text) ? (text as SubjectKey) : undefined;
}

function isKey(text: unknown): boolean {
  return typeof text === 'string' && /^[a-z2-7]{20}$/.test(text);
}

/** The part of the due queries that looks after this key. */
export function dueShardOf(key: CalendarKey | ConferenceKey): number {
  return (ALPHABET.indexOf(key[0] ?? 'a') * 32 + ALPHABET.indexOf(key[1] ?? 'a')) % DUE_SHARDS;
}

/** A number from 0 (included) to 1 that is always the same for a key: spreads renewals and reconciles over time. */
export function spreadOf(key: CalendarKey): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}
