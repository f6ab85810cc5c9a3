/** One transaction of a sender: settles what was attempted, looks at what is pending, and claims the next change or ends the run. */
import { nextStep, type SenderTerms, type Situation, type Step } from '../../domain/delivery/next-step.ts';
import { readyCancellation, readyChange } from '../../domain/delivery/ready-change.ts';
import {
  askAgain,
  judge,
  settleBinding,
  settleCancellation,
  settleConference,
  type Verdict,
} from '../../domain/delivery/settle.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import { isAsPending } from '../../domain/plan/pend.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { withConferenceDue } from '../../domain/state/due.ts';
import { isHeldByAnother } from '../../domain/state/lease.ts';
import type { ConferenceRecord } from '../../domain/state/records.ts';
import type { Attempted } from './attempt-change.ts';
import type { FreshEvents } from './fresh-events.ts';

/** Whose run it is, and what it may do. */
export interface RunTerms extends Omit<SenderTerms, 'now'> {
  readonly key: ConferenceKey;
  readonly fresh: FreshEvents | null;
}

/** What was attempted, and what the records make of how it went. */
interface Judged extends Attempted {
  readonly verdict: Verdict;
}

/** Changes of one conference looked at together: enough to find one that is not the one just settled. */
const PENDING_LOOK = 2;

/** The next step, and the verdict on what was attempted; null where nothing was, or the conference is gone. */
export async function settleAndClaim(
  services: Services,
  tx: StoreTransaction,
  terms: RunTerms,
  attempted: Attempted | null,
): Promise<{ readonly step: Step; readonly verdict: Verdict | null }> {
  const now = services.clock.now();
  const stored = (await tx.conferences([terms.key])).get(terms.key);
  if (stored === undefined) return { step: { kind: 'all' }, verdict: null };
  const judged: Judged | null = attempted && { ...attempted, verdict: verdictOn(services, stored, attempted, now) };
  const settled = judged === null ? stored : await settle(tx, stored, judged, terms.fresh, now);
  const situation = isHeldByAnother(stored.sending, terms.owner, now)
    ? ({ kind: 'sent-by-another' } as const)
    : await situationOf(services, tx, settled, judged, terms.fresh);
  const { step, conference } = nextStep(situation, settled, { ...terms, now: services.clock.now() });
  if (conference !== stored) tx.putConference(withConferenceDue(conference));
  return { step, verdict: judged?.verdict ?? null };
}

function verdictOn(
  services: Services,
  conference: ConferenceRecord,
  { change, outcome, write }: Attempted,
  now: number,
): Verdict {
  const terms = { now, random: services.random.fraction(), policy: services.policy };
  const verdict = judge(outcome, change.type === 'conference.cancelled', conference, terms);
  if (write.kind !== 'owed') return verdict;
  const owed = judge({ kind: 'transient', reason: 'its patch could not be written' }, false, conference, terms);
  // The patch is given up in the end. The change is not: it was applied.
  return owed.kind === 'later' ? owed : verdict;
}

async function settle(
  tx: StoreTransaction,
  conference: ConferenceRecord,
  { change, binding: id, hashes, outcome, write, verdict }: Judged,
  fresh: FreshEvents | null,
  now: number,
): Promise<ConferenceRecord> {
  const { revision } = change.data;
  const isRestored = change.type === 'conference.updated' && change.data.restored === true && outcome.kind === 'done';
  if (id === null) return settleCancellation(conference, revision, verdict, now);
  const calendar = fresh?.calendar.key;
  const binding = calendar === undefined ? undefined : (await tx.bindings(calendar, [id])).get(id);
  const settled = {
    ...settleConference(conference, verdict, now),
    isCancelledThere: conference.isCancelledThere && !isRestored,
  };
  if (binding === undefined) return settled;
  if (write.kind === 'owed' && verdict.kind === 'later') {
    const asked = askAgain(binding, settled, revision, now);
    tx.putBinding(asked.binding);
    return asked.conference;
  }
  const own = write.kind === 'written' ? write : null;
  const after = settleBinding(binding, revision, verdict, own?.hashes ?? hashes, now);
  tx.putBinding(own === null ? after : { ...after, ownEtag: own.etag });
  return settled;
}

/** Looks at what is pending, where nothing stands before it. */
async function situationOf(
  services: Services,
  tx: StoreTransaction,
  conference: ConferenceRecord,
  judged: Judged | null,
  fresh: FreshEvents | null,
): Promise<Situation> {
  if (judged?.verdict.kind === 'later') return { kind: 'failed', retryAt: judged.verdict.retryAt };
  if (judged !== null && judged.aloneAt === conference.revision) return { kind: 'nothing-pending' };
  const pendings = await tx.pendingOf(conference.key, PENDING_LOOK);
  // The query still shows the change that this transaction settles.
  const binding = pendings.find(({ pending }) => pending?.revision !== judged?.change.data.revision);
  const pending = binding?.pending ?? null;
  const { cancellation } = conference;
  if (cancellation !== null && (pending === null || cancellation.revision < pending.revision)) {
    return { kind: 'ready', next: readyCancellation(conference, cancellation, pendings.length === 0) };
  }
  if (binding === undefined || pending === null) return { kind: 'nothing-pending' };
  if (fresh === null || binding.calendar !== fresh.calendar.key) return { kind: 'not-read' };
  const event = fresh.events.get(binding.eventId);
  const { calendarId, hashKey } = fresh.calendar;
  const { fields } = services.policy;
  // A worker that was overtaken has an older reading at hand, and would send it as what another has recorded since.
  if (event !== undefined && !isAsPending(event, pending, fields, hashKey)) return { kind: 'not-read' };
  const isAlone = cancellation === null && pendings.length < PENDING_LOOK;
  const next = readyChange({ conference, calendarId, binding, pending, event, fields }, isAlone);
  return next === undefined ? { kind: 'not-read' } : { kind: 'ready', next };
}
