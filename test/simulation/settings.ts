/** The names and lengths of time in a simulated world. */
import type { Policy } from '../../shared/domain/policy.ts';
import type { ChannelTerms } from '../../shared/domain/ports.ts';

/** When every run begins: 2027-01-20T09:00:00Z. */
export const STARTED_AT = Date.UTC(2027, 0, 20, 9);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** In most worlds: the longest pause between two things that people do, and how many steps the world may take to come to rest. */
export const PAUSE_MS_MAX = 90 * SECOND;
export const STEPS_MAX = 20_000;

/** Calendars that are registered in every world; each belongs to the user of the same address. */
export const REGISTERED: readonly [string, ...string[]] = ['alice@example.com', 'bob@example.com', 'carol@example.com'];
/** A second calendar of one of them. */
export const SECOND_CALENDAR = 'second-of-alice@example.com';
/** A calendar of somebody who does not use the product. */
export const STRANGER = 'dave@example.com';

/** The user whom we act as on a calendar. */
export function subjectOf(calendarId: string): string {
  return calendarId.replace('second-of-', '');
}

/** What marks a conference as ours. */
export const OUR_SOLUTION = 'My Web Conference';
/** Where people enter it, and the add-on's parameter on it: both mark it, too. */
export const OUR_HOST = 'meet.example';
export const OUR_PARAMETER = 'my-room';
/** Every way in which an operator may tell that a conference is ours. */
export const MATCHERS: readonly Policy['matchers'][] = [
  { solutionNames: [OUR_SOLUTION], entryPointHosts: [], parameterKeys: [] },
  { solutionNames: [], entryPointHosts: [OUR_HOST], parameterKeys: [] },
  { solutionNames: [], entryPointHosts: [], parameterKeys: [OUR_PARAMETER] },
];

/** What its channels are opened with. */
export const CHANNELS: ChannelTerms = {
  keys: ['a-key-of-the-simulation'],
  receiverUrl: 'https://receiver.example/notifications',
};

/** The usual choices of an operator; a run changes some. */
export const POLICY: Policy = {
  matchers: { solutionNames: [OUR_SOLUTION], entryPointHosts: [], parameterKeys: [] },
  fields: ['title', 'description', 'location', 'start', 'end', 'recurrence', 'organizer', 'visibility'],
  channelTtlMs: 168 * HOUR,
  channelRenewalMarginMs: 48 * HOUR,
  cancelGraceMs: 30 * SECOND,
  reconcileMs: 6 * HOUR,
  reconcileQuietMs: 48 * HOUR,
  reconcileUnprovenMs: 15 * MINUTE,
  syncBudgetMs: { live: MINUTE, upkeep: 8 * MINUTE },
  // Longer than any world lasts: what is long over is listed by nobody who begins, and judges expect all of it.
  fullSyncPastMs: 365 * 24 * HOUR,
  leaseMs: 2 * MINUTE,
  tellsOfCalendars: false,
  deliveryRetryMs: [5 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE],
};
