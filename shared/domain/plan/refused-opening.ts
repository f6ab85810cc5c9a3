/** What it means that Google does not open a channel: for the calendar, for its next channel, and for when it is asked again. */
import {
  AccessLost,
  askedWaitMs,
  CalendarUnreachable,
  ChannelIdTaken,
  type GoogleTrouble,
  GoogleUnavailable,
  PushUnsupported,
  RateLimited,
} from '../errors.ts';
import { giveOrTakeAQuarter } from '../jitter.ts';
import { OPENING_RETRY_MS } from '../limits.ts';
import type { Policy } from '../policy.ts';
import { isInDoubt, withDoubt, withStatus } from '../state/reach.ts';
import type { CalendarRecord } from '../state/records.ts';
import { type Loss, withLoss } from './loss.ts';

/** The moment of the refusal (Unix milliseconds), and a number from 0 to 1 that spreads what follows. */
export interface RefusalTerms {
  readonly at: number;
  readonly chance: number;
  readonly policy: Policy;
}

type Meaning =
  /** Google opens none for this calendar. */
  | { readonly kind: 'unsupported' }
  /** The calendar is lost to us. */
  | { readonly kind: 'lost'; readonly error: Loss }
  /** The same, were it not for a listing that succeeded after the same refusal: it is of the channel alone. */
  | { readonly kind: 'channel-alone' }
  /** Google does not find the calendar, and may still come to know it. */
  | { readonly kind: 'in-doubt' }
  /** Nothing is wrong with the calendar, and the next attempt may succeed. */
  | { readonly kind: 'passing' }
  /** Nothing is wrong with the calendar, and somebody has to mend something. */
  | { readonly kind: 'lasting' };

/** The calendar after the refusal. Which channel was being opened is the caller's to say. */
export function afterRefusedOpening(
  calendar: CalendarRecord,
  error: GoogleTrouble,
  terms: RefusalTerms,
): CalendarRecord {
  const { at, policy } = terms;
  const meaning = meaningOf(calendar, error, at);
  const failedBefore = calendar.openingFailure?.count ?? 0;
  const retryAt = at + retryMs(meaning, error, failedBefore);
  return {
    ...withMeaning(calendar, meaning, terms),
    channel: calendar.channel === null ? null : { ...calendar.channel, renewAt: retryAt },
    openingFailure: { reason: error.name, at, count: failedBefore + 1 },
    // Google may offer one some day; asked at each of its frequent reconciles, it would be asked in vain.
    pushRetryAt: isOfferedNone(meaning) ? at + policy.reconcileMs : retryAt,
  };
}

function meaningOf(calendar: CalendarRecord, error: GoogleTrouble, at: number): Meaning {
  if (error instanceof PushUnsupported) return { kind: 'unsupported' };
  if (error instanceof AccessLost || error instanceof CalendarUnreachable) {
    if (isListedSince(calendar, error.name)) return { kind: 'channel-alone' };
    return isInDoubt(calendar, error, at) ? { kind: 'in-doubt' } : { kind: 'lost', error };
  }
  const isPassing =
    error instanceof GoogleUnavailable || error instanceof RateLimited || error instanceof ChannelIdTaken;
  return { kind: isPassing ? 'passing' : 'lasting' };
}

/** Whether the calendar could be listed after a channel was refused for the same reason: then that says nothing of the calendar, whatever it is. */
function isListedSince({ openingFailure, lastSyncedAt }: CalendarRecord, reason: string): boolean {
  return openingFailure?.reason === reason && lastSyncedAt !== null && lastSyncedAt > openingFailure.at;
}

function withMeaning(calendar: CalendarRecord, meaning: Meaning, { at, chance, policy }: RefusalTerms): CalendarRecord {
  switch (meaning.kind) {
    case 'unsupported':
      return withStatus(calendar, 'unsupported-push', at);
    case 'lost': {
      // As where a listing finds it out: a calendar that was quiet would not be looked at for days, whoever lets us in again.
      const lookAt = at + Math.round(giveOrTakeAQuarter(policy.reconcileMs, chance));
      const reconcileAt = Math.min(calendar.reconcileAt ?? Infinity, lookAt);
      return { ...withLoss(calendar, meaning.error, policy, at), reconcileAt };
    }
    case 'in-doubt':
      return withDoubt(calendar, at);
    case 'channel-alone':
    case 'passing':
    case 'lasting':
      return calendar;
  }
}

/** What passes is tried again soon, since somebody may have made his first conference just now; all else waits for the longest time. */
function retryMs({ kind }: Meaning, error: GoogleTrouble, failedBefore: number): number {
  const longestMs = Math.max(...OPENING_RETRY_MS);
  if (kind !== 'passing' && kind !== 'in-doubt') return longestMs;
  return Math.max(askedWaitMs(error), OPENING_RETRY_MS[failedBefore] ?? longestMs);
}

function isOfferedNone({ kind }: Meaning): boolean {
  return kind === 'unsupported' || kind === 'channel-alone';
}
