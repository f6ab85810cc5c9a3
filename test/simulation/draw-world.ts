/** What a seed's world is like: how its operator has chosen, how large it is, and how long it lasts. */
import { EVENT_FIELDS } from '../../shared/domain/event/event-fields.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { CROWDS, type Crowd } from './crowds.ts';
import { Random } from './random.ts';
import { MATCHERS, PAUSE_MS_MAX, POLICY, SECOND_CALENDAR, STEPS_MAX } from './settings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Of a world that is large, or lasts long. */
const LARGE_STEPS_MAX = 200_000;

/** How large a world is, and how long it lasts. */
export interface Extent {
  /** Calendars beside the usual ones. */
  readonly more: readonly string[];
  /** What is there before anybody is registered; null in most worlds. */
  readonly crowd: Crowd | null;
  /** The longest pause between two things that people do. */
  readonly pauseMsMax: number;
  /** For so long nobody does anything, half way through; 0 in most worlds. */
  readonly sleepMs: number;
  /** More steps than this mean that the world does not come to rest. */
  readonly stepsMax: number;
}

/** Drawn from the seed's number alone, so that large worlds and long ones stay few: one in a hundred, and one in twenty. */
export function drawExtent(seed: number): Extent {
  const random = new Random(seed ^ 0x5eed);
  const more = random.happens(0.3) ? [SECOND_CALENDAR] : [];
  if (seed % 100 === 50) {
    const crowd = CROWDS[Math.floor(seed / 100) % CROWDS.length] ?? null;
    const calendars = [...more, ...(crowd?.calendars ?? [])];
    return { more: calendars, crowd, pauseMsMax: PAUSE_MS_MAX, sleepMs: 0, stepsMax: LARGE_STEPS_MAX };
  }
  const isLong = seed % 20 === 7;
  const pauseMsMax = isLong ? (random.pick([3 * HOUR, 18 * HOUR, 4 * DAY]) ?? DAY) : PAUSE_MS_MAX;
  const sleepMs = isLong ? drawSleep(new Random(seed ^ 0x51e9)) : 0;
  return { more, crowd: null, pauseMsMax, sleepMs, stepsMax: isLong ? LARGE_STEPS_MAX : STEPS_MAX };
}

/** Half of the long worlds last until the database has forgotten what was over before. */
function drawSleep(random: Random): number {
  return random.happens(0.5) ? random.between(31 * DAY, 35 * DAY) : 0;
}

/** `isLossy`: a reconcile may be what finds a change. What comes round again comes less often where time is long. */
export function drawPolicy(random: Random, isLossy: boolean, { crowd, pauseMsMax, sleepMs }: Extent): Policy {
  const isLong = Math.max(pauseMsMax, crowd?.pauseMs ?? 0) > HOUR;
  const cancelGraceMs = random.pick([0, 5_000, 30_000, 30_000]) ?? 30_000;
  const isShortLived = isLossy && random.happens(0.3);
  return {
    ...POLICY,
    matchers: random.pick(MATCHERS) ?? POLICY.matchers,
    fields: random.happens(0.5)
      ? POLICY.fields
      : ['title', ...EVENT_FIELDS.filter((name) => name !== 'title' && random.happens(0.5))],
    cancelGraceMs,
    leaseMs: random.pick([10_000, POLICY.leaseMs]) ?? POLICY.leaseMs,
    // A calendar that nobody edits for weeks is otherwise listed thousands of times for nothing.
    ...(sleepMs > 0 && { reconcileUnprovenMs: POLICY.reconcileMs }),
    // Where nothing is lost, no reconcile may help.
    ...(!isLossy && { reconcileMs: 72 * HOUR, reconcileUnprovenMs: 72 * HOUR }),
    ...(isShortLived && !isLong && { channelTtlMs: 10 * MINUTE, channelRenewalMarginMs: 5 * MINUTE }),
    ...(isShortLived && isLong && { channelTtlMs: 20 * HOUR, channelRenewalMarginMs: 10 * HOUR }),
    ...(isLong && { deliveryRetryMs: [5_000, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR] }),
    // So little time that a listing has to be put by in the middle.
    ...(random.happens(0.2) && { syncBudgetMs: { live: 1_000, upkeep: 2_000 } }),
  };
}
