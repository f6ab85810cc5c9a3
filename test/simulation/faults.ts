/** Which faults a seed lets loose, and how often each strikes. Drawn once; after the healing nothing strikes any more. */
import { GoogleUnavailable, QueueUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts';
import type { Random } from './random.ts';
import type { Fate, Fates, Worker } from './scheduler.ts';

/** Every kind of fault; the value is how often it strikes where a seed has it, at most. */
export const FAULT_KINDS = {
  crash: 0.05,
  stall: 0.05,
  store: 0.1,
  storeLostAnswer: 0.1,
  queue: 0.4,
  googleUnavailable: 0.15,
  googleLimits: 0.15,
  tokenLost: 0.25,
  googleParks: 0.05,
  conditionNotMet: 0.3,
  oddPages: 0.3,
  listLags: 0.4,
  conferenceDown: 0.4,
  conferenceLostAnswer: 0.3,
  conferenceRefuses: 0.15,
  eventPatch: 0.5,
  notificationLost: 0.4,
  notificationDoubled: 0.4,
  notificationLate: 0.4,
  messageDoubled: 0.3,
  messageLate: 0.3,
  stopping: 0.05,
  skew: 1,
  clockJump: 0.1,
  splitTransactions: 1,
  storeAborts: 0.3,
  pageOrder: 1,
  // The effect happens, and its answer comes after the caller's time limit.
  lateAnswer: 0.03,
  conferenceStalls: 0.3,
  editMeanwhile: 0.6,
} as const;
/** Name of a kind of fault. */
export type FaultKind = keyof typeof FAULT_KINDS;

/** How often each kind strikes in a run; absent: never. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** All names. */
export const ALL_FAULTS = Object.keys(FAULT_KINDS).filter((name): name is FaultKind => name in FAULT_KINDS);

/**
 * After these a calendar may need its next reconcile; all other faults leave a trace by which the change is found without one.
 */
export const LOSING: readonly FaultKind[] = ['notificationLost', 'googleParks', 'listLags'];

/** These strike in hard worlds alone, and are drawn with them. */
export const HARD_FAULTS = ['lateAnswer', 'conferenceStalls', 'editMeanwhile'] as const satisfies readonly FaultKind[];
const USUAL_FAULTS = ALL_FAULTS.filter((kind) => !HARD_FAULTS.some((hard) => hard === kind));

/** Draws the faults of a seed. `isLossy`: also those after which only a reconcile finds a change. */
export function drawFaults(random: Random, isLossy: boolean): FaultRates {
  const rates: Partial<Record<FaultKind, number>> = {};
  for (const kind of USUAL_FAULTS) {
    // Drawn in any case, so that leaving a kind out does not change the others.
    const isOn = random.happens(0.35);
    const rate = FAULT_KINDS[kind] * (0.2 + 0.8 * random.next());
    if (isOn && (isLossy || !LOSING.includes(kind))) rates[kind] = rate;
  }
  return rates;
}

const NO_FAULTS: FaultRates = {};
const STALL_MS = 400_000;
/** The longest that a call usually takes, by its kind: in some worlds they are slow, so that more falls into them. */
const STORE_MS = [10, 10, 100] as const;
const CONFERENCE_MS = [150, 150, 2_500] as const;
const OTHERS_MS = [150, 150, 600] as const;

/** How long callers wait for an answer, and what they then take it for. */
const LATE = [
  { of: 'store.', ms: 10_000, error: () => new StoreUnavailable('simulated: no answer in time') },
  { of: 'google.', ms: 10_000, error: () => new GoogleUnavailable('simulated: no answer in time') },
  { of: 'queue.', ms: 3_000, error: () => new QueueUnavailable('simulated: no answer in time') },
] as const;
/** For so long the conference system's answer is waited for. */
export const CONFERENCE_LATE_MS = 15_000;

/** Strikes by chance. */
export class RandomFates implements Fates {
  rates: FaultRates;
  /** The worker that makes this commit, counted from the first fault, dies before it hears of it. */
  crashAtCommit: number | undefined;
  /** Transactions so far. */
  commits = 0;
  /** The next call of this name takes so many milliseconds. */
  slow: { readonly name: string; readonly ms: number } | undefined;
  /** Each of these strikes the next time that it can. */
  readonly certain = new Set<FaultKind>();
  readonly #random: Random;
  readonly #usualMs: Readonly<Record<'store' | 'conference' | 'others', number>>;

  constructor(random: Random, rates: FaultRates) {
    this.#random = random;
    this.#usualMs = {
      store: random.pick(STORE_MS) ?? STORE_MS[0],
      conference: random.pick(CONFERENCE_MS) ?? CONFERENCE_MS[0],
      others: random.pick(OTHERS_MS) ?? OTHERS_MS[0],
    };
    this.rates = rates;
  }

  /** Ends all faults. */
  heal(): void {
    this.rates = NO_FAULTS;
    this.slow = undefined;
    this.certain.clear();
    this.crashAtCommit = undefined;
  }

  /** Whether a fault of this kind strikes now. */
  strikes(kind: FaultKind): boolean {
    if (this.certain.delete(kind)) return true;
    const rate = this.rates[kind] ?? 0;
    return rate > 0 && this.#random.happens(rate);
  }

  delayOf(_: Worker, name: string): number {
    if (this.slow?.name === name) {
      const { ms } = this.slow;
      this.slow = undefined;
      return ms;
    }
    if (this.strikes('stall')) return this.#random.between(1_000, STALL_MS);
    const [kind] = name.split('.');
    return this.#random.between(1, this.#usualMs[kind === 'store' || kind === 'conference' ? kind : 'others']);
  }

  fateOf(_: Worker, name: string): Fate {
    if (name === 'store.transact' && ++this.commits === this.crashAtCommit) return { kind: 'crash', isAfter: true };
    if (this.strikes('crash')) return { kind: 'crash', isAfter: this.#random.happens(0.5) };
    const late = LATE.find(({ of }) => name.startsWith(of));
    if (late !== undefined && this.strikes('lateAnswer')) {
      return { kind: 'fail', isAfter: true, error: late.error(), lateMs: late.ms };
    }
    if (name.startsWith('store.')) {
      if (this.strikes('store')) return failed(new StoreUnavailable('simulated'), false);
      if (name === 'store.transact' && this.strikes('storeLostAnswer')) {
        return failed(new StoreUnavailable('simulated: the commit is done, its answer is lost'), true);
      }
    }
    if (name.startsWith('queue.') && this.strikes('queue')) {
      return failed(new QueueUnavailable('simulated'), this.#random.happens(0.5));
    }
    return { kind: 'done' };
  }
}

function failed(error: Error, isAfter: boolean): Fate {
  return { kind: 'fail', isAfter, error };
}
