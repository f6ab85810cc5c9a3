/**
 * Tells the conference system of a calendar itself: that it can be followed, or why not. One notice at a time, in the order of their
 * revisions; one transaction settles a notice and claims the next. It takes no lease and asks Google for nothing.
 */
import type { CalendarNotice, Outcome } from '../../domain/delivery/change.ts';
import { composeNotice, dueLater, isSentByAnother, sending, settleNotice } from '../../domain/delivery/notice.ts';
import { judge, type Verdict } from '../../domain/delivery/settle.ts';
import type { CalendarKey } from '../../domain/ids.ts';
import { HELD_BACK_MS } from '../../domain/limits.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import type { Notice } from '../../domain/state/records.ts';
import { claimAdmitted, sendClaimed } from './call-conferences.ts';

/** What was sent, and what came of it. */
interface Attempted {
  readonly notice: CalendarNotice;
  readonly outcome: Outcome;
}

/** What to do next. */
type Turn =
  | { readonly kind: 'send'; readonly notice: CalendarNotice }
  /** Nothing more from here; `retryAt`: when what is left is due (Unix milliseconds), null where nothing is, or another sender has it. */
  | { readonly kind: 'end'; readonly retryAt: number | null };

/** See the file's head. Answers when what is left is due (Unix milliseconds), if anything is. @throws StoreUnavailable, RecordUnreadable */
export async function tellOfCalendar(services: Services, key: CalendarKey): Promise<number | null> {
  const { breaker, clock, store } = services;
  const owner = services.random.id();
  let attempted: Attempted | null = null;
  for (;;) {
    const before: Attempted | null = attempted;
    const isAdmitted: boolean = !services.isStopping() && breaker.admit(clock.now()) === 'now';
    const turn: Turn = await claimAdmitted(
      services,
      isAdmitted,
      () => store.transact((tx) => nextTurn(services, tx, { key, owner, isAdmitted }, before)),
      ({ kind }) => kind === 'send',
    );
    if (turn.kind === 'end') return turn.retryAt;
    attempted = await attempt(services, key, turn.notice);
  }
}

async function attempt(services: Services, key: CalendarKey, notice: CalendarNotice): Promise<Attempted> {
  const { outcome, ms } = await sendClaimed(services, key, () => services.conferences.tell(notice));
  report(services, key, notice, outcome, ms);
  return { notice, outcome };
}

function report(
  services: Services,
  calendar: CalendarKey,
  { type, data: { revision } }: CalendarNotice,
  outcome: Outcome,
  ms: number,
): void {
  const reason = 'reason' in outcome ? { reason: outcome.reason } : {};
  services.log.write({ line: 'notice', outcome: outcome.kind, calendar, type, revision, ms, ...reason });
}

/** Reads the calendar, settles what was attempted, and claims what is next. */
async function nextTurn(
  services: Services,
  tx: StoreTransaction,
  { key, owner, isAdmitted }: { readonly key: CalendarKey; readonly owner: string; readonly isAdmitted: boolean },
  attempted: Attempted | null,
): Promise<Turn> {
  const stored = await tx.calendar(key);
  const now = services.clock.now();
  if (stored === undefined || stored.isBeingRemoved || stored.notice === null) return OVER;
  const { notice, isFailing } =
    attempted === null
      ? { notice: stored.notice, isFailing: false }
      : settled(services, stored.notice, owner, attempted, now);
  if (isSentByAnother(notice, owner, now)) return OVER;
  const put = (left: Notice): void => {
    if (left !== stored.notice) tx.putCalendar(withCalendarDue({ ...stored, notice: left }));
  };
  const leave = (left: Notice): Turn => {
    put(left);
    return { kind: 'end', retryAt: left.telling?.retryAt ?? null };
  };
  if (notice.telling === null || isFailing) return leave(notice);
  // It was switched off meanwhile.
  if (!services.policy.tellsOfCalendars) return leave({ ...notice, telling: null });
  if (!isAdmitted) return leave(dueLater(notice, now + HELD_BACK_MS));
  put(sending(notice, owner, now));
  return { kind: 'send', notice: composeNotice(stored, notice) };
}

const OVER: Turn = { kind: 'end', retryAt: null };

/** The notice after an attempt, and whether it is the one that failed, which waits for its time. */
function settled(
  services: Services,
  notice: Notice,
  owner: string,
  { notice: { data }, outcome }: Attempted,
  now: number,
): { readonly notice: Notice; readonly isFailing: boolean } {
  const verdict = verdictOn(services, notice, outcome, now);
  const after = settleNotice(notice, { owner, revision: data.revision }, verdict, now);
  return { notice: after, isFailing: verdict.kind === 'later' && data.revision === after.revision };
}

/** A notice is not given up: no listing and no person would ever offer it again, and there is one of each calendar at most. */
function verdictOn(services: Services, { telling }: Notice, outcome: Outcome, now: number): Verdict {
  const { policy, random } = services;
  const attempts = { attempts: telling?.attempts ?? 0, failingSince: null };
  return judge(outcome, false, attempts, { now, random: random.fraction(), policy });
}
