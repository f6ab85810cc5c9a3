/** The gauges of the fleet, each a count over an index: https://firebase.google.com/docs/firestore/query-data/aggregation-queries */
import type { Query } from '@google-cloud/firestore';
import type { FleetCounts, FleetQuestion } from '../../domain/ports.ts';
import type { Documents } from './documents.ts';

/** Larger than every time that is stored, and still exact. */
const EVER = Number.MAX_SAFE_INTEGER;

/** See `Store.countFleet`. The counts are not of one instant. */
export async function countFleet(
  documents: Documents,
  { overdueBefore, endingBefore }: FleetQuestion,
  count: (query: Query) => Promise<number>,
): Promise<FleetCounts> {
  const [active, paused, disconnected, unreachable, unsupportedPush, watched, channelsEnding] = await Promise.all([
    count(documents.calendars(null, 'active')),
    count(documents.calendars(null, 'paused')),
    count(documents.calendars(null, 'disconnected')),
    count(documents.calendars(null, 'unreachable')),
    count(documents.calendars(null, 'unsupported-push')),
    count(documents.watched(EVER)),
    count(documents.watched(endingBefore)),
  ]);
  const [overdueCalendars, overdueConferences, pending, failing, orphaned, failedConferences, failedBindings] =
    await Promise.all([
      count(documents.dueAnywhere('calendars', overdueBefore)),
      count(documents.dueAnywhere('conferences', overdueBefore)),
      count(documents.dueAnywhere('conferences', EVER)),
      count(documents.failingConferences(null)),
      count(documents.conferencesOf('orphaned')),
      count(documents.conferencesOf('failed')),
      count(documents.failedBindings(null)),
    ]);
  return {
    calendars: active + paused + disconnected + unreachable + unsupportedPush,
    paused,
    disconnected,
    unreachable,
    unsupportedPush,
    // What opens or ends between the two counts must not show as less than none.
    channelless: Math.max(0, active - watched),
    channelsEnding,
    overdueCalendars,
    overdueConferences,
    pending,
    failing,
    orphaned,
    failed: failedConferences + failedBindings,
  };
}
