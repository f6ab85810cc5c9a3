/**
 * Claims the delivery of what a transaction is about to record, as part of it, where nothing else is pending for its conference: whoever
 * records it sends it next, and need not ask what is pending first.
 */
import { nextStep } from '../../domain/delivery/next-step.ts';
import { type ReadyChange, readyChange } from '../../domain/delivery/ready-change.ts';
import type { ListedEvent, LiveEvent } from '../../domain/event/event.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Ledger } from '../../domain/plan/ledger.ts';
import type { BindingRecord, ConferenceRecord } from '../../domain/state/records.ts';

/** A change of one conference that is to be sent now, and as whom. */
export interface Claim {
  readonly owner: string;
  readonly next: ReadyChange;
}

/** The claims of one page by their conferences. */
export type Claims = ReadonlyMap<ConferenceKey, Claim>;

/** Conferences that are told side by side. A claim holds for as long as one sending may take: more of them would have to wait under it. */
export const CONFERENCES_AT_ONCE = 8;

/**
 * Notes in the ledger who sends what it has made pending, and returns what that is. `before`: the conferences as they were read.
 */
export function claimDeliveries(
  ledger: Ledger,
  owner: string,
  before: ReadonlyMap<ConferenceKey, ConferenceRecord>,
  events: readonly ListedEvent[],
): Claims {
  const pending = ledger.changes().bindings.filter((binding) => binding.pending !== null);
  const pendings = Map.groupBy(pending, ({ conference }) => conference);
  const claims = new Map<ConferenceKey, Claim>();
  if (pendings.size > CONFERENCES_AT_ONCE) return claims;
  for (const [key, [binding, ...others]] of pendings) {
    const known = before.get(key);
    const conference = ledger.conference(key);
    if (known === undefined || !isQuiet(known) || conference === undefined) continue;
    if (binding === undefined || others.length > 0) continue;
    const next = readyOf(ledger, conference, binding, events);
    if (next === undefined) continue;
    const terms = { owner, now: ledger.terms.now, isOutOfTime: false, isAdmitted: true };
    ledger.putConference(nextStep({ kind: 'ready', next }, conference, terms).conference);
    claims.set(key, { owner, next });
  }
  return claims;
}

/** Whether nothing of the conference is pending, owed or being sent: a change that is pending has its time to be tried. */
function isQuiet({ retryAt, sending, owed, cancellation }: ConferenceRecord): boolean {
  return retryAt === null && sending === null && owed === null && cancellation === null;
}

function readyOf(
  { calendarId, terms: { policy } }: Ledger,
  conference: ConferenceRecord,
  binding: BindingRecord,
  events: readonly ListedEvent[],
): ReadyChange | undefined {
  const { pending } = binding;
  if (pending === null || conference.owed !== null) return undefined;
  const event = events.find((one): one is LiveEvent => one.kind === 'live' && one.id === binding.eventId);
  return readyChange({ conference, calendarId, binding, pending, event, fields: policy.fields }, true);
}
