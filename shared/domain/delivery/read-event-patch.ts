/**
 * Which parts of an event a conference system may change, by the patch in its answer. Time, guests, recurrence and
 * status are the organizer's own: a mistake in them would move or end a meeting.
 */
import type { EventPatch } from './change.ts';

const KEYS: ReadonlySet<string> = new Set([
  'summary',
  'description',
  'location',
  'conferenceData',
  'extendedProperties',
  'colorId',
  'source',
  'visibility',
  'transparency',
  'reminders',
  'guestsCanInviteOthers',
  'guestsCanModify',
  'guestsCanSeeOtherGuests',
]);

/** The patch, if it is an object that names such parts and nothing else; undefined for all else, and for an empty one. */
export function readEventPatch(value: unknown): EventPatch | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every(([key]) => KEYS.has(key))) return undefined;
  return Object.fromEntries(entries);
}
