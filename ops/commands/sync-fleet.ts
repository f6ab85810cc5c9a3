/** The half of `confsync sync` that asks for every calendar: a few at a time, so that people's edits keep their share of Google's quota. */
import { QueueUnavailable, StoreUnavailable, UnknownCalendar } from '../../shared/domain/errors.ts';
import type { CalendarKey } from '../../shared/domain/ids.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import { requestSync, type SyncWish } from '../../shared/flow/calendars/command-calendar.ts';
import type { Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { EXIT } from '../cli/exit-codes.ts';
import type { Screen } from '../cli/screen.ts';
import { lengthText } from '../cli/times.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { countAsOf } from '../status/gather-status.ts';
import { whyOf } from '../status/look.ts';

/** How it is to be done. */
export interface FleetSync {
  readonly wish: SyncWish;
  /** Calendars asked for in a minute. */
  readonly perMinute: number;
  /** Only calendars after this one, in the order of their keys: where an earlier command stopped. */
  readonly after: CalendarKey | null;
}

const PAGE = 300;
const MINUTE_MS = 60_000;

/** Asks for a sync of every calendar that is not paused. Ctrl-C stops it between two calendars, and it says how to go on. */
export async function syncFleet(
  services: OpsServices,
  { wish, perMinute, after }: FleetSync,
  screen: Screen,
): Promise<Report> {
  const total = await countSyncable(services);
  const estimate = lengthText((total / perMinute) * MINUTE_MS);
  const plan = `${verbOf(wish)} ${after === null ? '' : 'the rest of '}${counted(total, 'calendar')}, ${perMinute} a minute, which takes ${after === null ? 'about' : 'up to'} ${estimate}`;
  const consent = await screen.agree(plan, total);
  if (consent !== 'go') return unchanged(consent, plan, { calendars: total, perMinute, ...wish });
  const { asked, last, why } = await screen.untilInterrupted((isInterrupted) =>
    askEach(services, { wish, perMinute, after }, total, screen, isInterrupted),
  );
  return {
    data: { isDone: why === null, asked, perMinute, ...wish, stopped: why, goOnAfter: why === null ? null : last },
    text: () => [
      `${counted(asked, 'calendar')} asked to sync. Watch the upkeep lane go down: confsync status`,
      ...(why === null ? [] : [`Stopped half-way (${why}). Go on with: ${goOnLine(wish, perMinute, last)}`]),
    ],
    exit: why === null ? EXIT.fine : EXIT.failed,
  };
}

function goOnLine({ full, resend }: SyncWish, perMinute: number, last: CalendarKey | null): string {
  const wish = resend ? ' --resend' : full ? ' --full' : '';
  return `confsync sync --all${wish} --per-minute ${perMinute}${last === null ? '' : ` --after ${last}`}`;
}

function verbOf({ full, resend }: SyncWish): string {
  if (resend) return 'send to the conference system again all that is on';
  return full ? 'list everything anew on' : 'sync';
}

async function countSyncable({ store, clock }: OpsServices): Promise<number> {
  const { calendars, paused } = await countAsOf(store, clock.now());
  return calendars - paused;
}

interface Progress {
  readonly asked: number;
  /** The last calendar that was seen to. */
  readonly last: CalendarKey | null;
  /** Why it stopped before the end; null where it did not. */
  readonly why: string | null;
}

async function askEach(
  services: OpsServices,
  { wish, perMinute, after }: FleetSync,
  total: number,
  screen: Screen,
  isInterrupted: () => boolean,
): Promise<Progress> {
  const { store, clock } = services;
  const began = clock.now();
  let asked = 0;
  let last = after;
  try {
    for (;;) {
      const page = await store.calendars({ after: last, limit: PAGE });
      for (const calendar of page) {
        if (isInterrupted()) return { asked, last, why: 'by Ctrl-C' };
        if (await ask(services, calendar, wish)) asked++;
        last = calendar.key;
        const left = Math.max(0, ((total - asked) / perMinute) * MINUTE_MS);
        screen.progress(`Asking, ${lengthText(left)} left`, asked, total);
        const tooSoonMs = began + (asked / perMinute) * MINUTE_MS - clock.now();
        if (tooSoonMs > 0) await clock.sleep(tooSoonMs);
      }
      if (page.length < PAGE) return { asked, last, why: null };
    }
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof QueueUnavailable)
      return { asked, last, why: whyOf(error) };
    throw error;
  }
}

/** Whether it was asked for. Paused calendars, and those that were removed meanwhile, are not. */
async function ask(
  services: OpsServices,
  { key, status, isBeingRemoved }: CalendarRecord,
  wish: SyncWish,
): Promise<boolean> {
  if (status === 'paused' || isBeingRemoved) return false;
  try {
    await requestSync(services, key, wish);
    return true;
  } catch (error) {
    if (error instanceof UnknownCalendar) return false;
    throw error;
  }
}
