/**
 * A change, or the end of a conference, whose event Google refuses to show. It is tried for as long as one that the conference system does not
 * take, and is refused then: it would be tried for ever otherwise, and nobody would hear of it.
 */
import type { ConferenceChange } from '../../domain/delivery/change.ts';
import { type Attempts, judge, settleBinding, settleConference, type Verdict } from '../../domain/delivery/settle.ts';
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { FORGET_AFTER_MS } from '../../domain/limits.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { withConferenceDue } from '../../domain/state/due.ts';
import { isHeld } from '../../domain/state/lease.ts';
import type { BindingRecord, ConferenceRecord } from '../../domain/state/records.ts';

/** Events of a calendar that Google has refused to show just now. */
export interface RefusedReading {
  readonly calendar: CalendarKey;
  readonly eventIds: ReadonlySet<string>;
  /** They are not read again before this has passed. */
  readonly waitMs: number;
}

/** What waited for the event, and what becomes of it. */
interface Waiting {
  readonly verdict: Verdict;
  readonly type: ConferenceChange['type'];
  readonly revision: number;
}

const REASON = 'Google refuses to show the event';

/**
 * Whether what comes next for the conference waits for one of these events; then it is on record that it does. Where another is sending for it,
 * he sees to what is next.
 * @throws StoreUnavailable
 */
export async function noteRefusedReading(
  services: Services,
  key: ConferenceKey,
  reading: RefusedReading,
): Promise<boolean> {
  const waiting = await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference === undefined || isHeld(conference.sending, services.clock.now())) return null;
    const [first] = await tx.pendingOf(key, 1);
    if (first !== undefined) return changeWaits(services, tx, conference, first, reading);
    return endWaits(services, tx, conference, reading);
  });
  if (waiting?.verdict.kind === 'refused') {
    const { verdict, type, revision } = waiting;
    const { reason } = verdict;
    services.log.write({ line: 'delivery', outcome: 'gave-up', conference: key, type, revision, ms: 0, reason });
  }
  return waiting !== null;
}

function changeWaits(
  services: Services,
  tx: StoreTransaction,
  conference: ConferenceRecord,
  binding: BindingRecord,
  reading: RefusedReading,
): Waiting | null {
  const { pending, eventId, calendar } = binding;
  if (pending === null || !isAmong({ calendar, eventId }, reading)) return null;
  const now = services.clock.now();
  const verdict = verdictOn(services, conference, reading);
  tx.putBinding(settleBinding(binding, pending.revision, verdict, {}, now));
  const settled = settleConference({ ...conference, sending: null }, verdict, now);
  // Something else may be pending behind what was given up.
  tx.putConference(withConferenceDue({ ...settled, retryAt: verdict.kind === 'later' ? verdict.retryAt : now }));
  return { verdict, type: `conference.${pending.what}`, revision: pending.revision };
}

function endWaits(
  services: Services,
  tx: StoreTransaction,
  conference: ConferenceRecord,
  reading: RefusedReading,
): Waiting | null {
  const { orphan, state, cancellation, revision } = conference;
  if (orphan === null || state !== 'orphaned' || cancellation !== null || !isAmong(orphan, reading)) return null;
  const now = services.clock.now();
  const refusedSince = orphan.refusedSince ?? now;
  const verdict = verdictOn(services, { attempts: 0, failingSince: refusedSince }, reading);
  const waiting = { ...conference, sending: null, retryAt: null };
  const left: ConferenceRecord =
    verdict.kind === 'later'
      ? { ...waiting, orphan: { ...orphan, refusedSince, readAt: verdict.retryAt } }
      : {
          ...settleConference(waiting, verdict, now),
          state: 'failed',
          orphan: { ...orphan, refusedSince },
          expireAt: now + FORGET_AFTER_MS,
        };
  tx.putConference(withConferenceDue(left));
  return { verdict, type: 'conference.cancelled', revision };
}

function verdictOn(services: Services, attempts: Attempts, { waitMs }: RefusedReading): Verdict {
  const { clock, random, policy } = services;
  const terms = { now: clock.now(), random: random.fraction(), policy };
  return judge({ kind: 'transient', reason: REASON, retryAfterMs: waitMs }, false, attempts, terms);
}

function isAmong({ calendar, eventId }: Pick<BindingRecord, 'calendar' | 'eventId'>, reading: RefusedReading): boolean {
  return calendar === reading.calendar && reading.eventIds.has(eventId);
}
