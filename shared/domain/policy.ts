/** The choices of an operator that the rules and use cases need; made from the configuration once at start. */

import type { EventField } from './event/event-fields.ts';
import type { ConferenceMatchers } from './event/match-conference.ts';
import type { Lane } from './notification/work-message.ts';

/** See the configuration reference for each; lengths of time are milliseconds. */
export interface Policy {
  readonly matchers: ConferenceMatchers;
  readonly fields: readonly EventField[];
  readonly channelTtlMs: number;
  readonly channelRenewalMarginMs: number;
  readonly cancelGraceMs: number;
  readonly reconcileMs: number;
  readonly reconcileQuietMs: number;
  readonly reconcileUnprovenMs: number;
  readonly syncBudgetMs: Readonly<Record<Lane, number>>;
  readonly fullSyncPastMs: number;
  readonly leaseMs: number;
  /** Whether the conference system also hears which calendars can be followed. */
  readonly tellsOfCalendars: boolean;
  /** Waits before the 2nd, 3rd, ... delivery; the last repeats. */
  readonly deliveryRetryMs: readonly [number, ...number[]];
}
