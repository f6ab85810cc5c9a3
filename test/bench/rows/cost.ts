/**
 * What changes cost, from counted operations and the price table, and how that grows: a day of a fleet that nobody edits, by its calendars;
 * one change, by the events of its calendar.
 */
import { DEPLOYMENTS, MESSAGE_BYTES_MIN, PRICES, RUN_STEP_S } from '../../../scripts/fleet-model.ts';
import type { Bound, Curve, Figure, Row } from '../row.ts';
import { rounded } from '../statistics.ts';
import { VirtualService } from '../world/virtual-service.ts';
import { countOperations, type Spent } from './operations.ts';

const DAY_MS = 86_400_000;
/** Reconciles come less and less often, to every second day, and a channel lives for a week. */
const SETTLING_DAYS = 7;
const COUNTED_DAYS = 14;
const MILLION = 1_000_000;
/** Receiver and worker, one publication, one delivery. */
const REQUESTS = 2;
const MESSAGES = 2;
/** A receiver's request, which takes one step of what Cloud Run charges for. */
const RECEIVER_S = RUN_STEP_S;

/** See the file's head. */
export const cost: Row = {
  id: 'cost',
  async measure({ isQuick, say }) {
    const { changed, changedMs } = await countOperations();
    const store = MILLION * storeDollars(changed);
    const queue = (MILLION * MESSAGES * MESSAGE_BYTES_MIN * PRICES.pubsubPerTib) / 2 ** 40;
    const workerS = Math.ceil(changedMs / 1_000 / RUN_STEP_S) * RUN_STEP_S;
    const run =
      MILLION *
      ((REQUESTS * PRICES.requestsPerMillion) / MILLION +
        RECEIVER_S * dollarsPerS('receive-notification') +
        workerS * dollarsPerS('sync-calendar-live'));
    const figure = (
      id: string,
      title: string,
      value: number,
      unit: string,
      more: Pick<Figure, 'note'> & { readonly bound?: Bound } = {},
    ): Figure => ({ id, title, value: rounded(value), unit, baseline: null, bound: null, ...more });
    const figures = [
      figure(
        'million-operations',
        'a million changes: database operations',
        MILLION * (changed.reads + changed.writes),
        'operations',
      ),
      figure('million-store', 'a million changes: Firestore', store, 'dollars', {
        note: `prices of ${PRICES.asOf}, no free allowance`,
      }),
      figure('million-queue', 'a million changes: Pub/Sub', queue, 'dollars'),
      figure('million-run', 'a million changes: Cloud Run', run, 'dollars', {
        note: `an instance of the worker alone for the ${Math.round(changedMs)} ms that a change takes with Google and webhook at 150 ms and the database at 15 ms, and one of the receiver for its least time`,
      }),
      figure('million-all', 'a million changes', store + queue + run, 'dollars'),
    ];
    const idle: [number, number][] = [];
    const idleCalls: [number, number][] = [];
    for (const calendars of isQuick ? [1, 10] : [1, 50, 100, 200]) {
      const { operations, calls } = await idleDay(calendars);
      say(`${calendars} calendars, a day without edits: ${rounded(operations)} operations, ${rounded(calls)} calls`);
      idle.push([calendars, operations]);
      idleCalls.push([calendars, calls]);
    }
    const { each, none } = lineThrough(idle);
    figures.push(
      figure('idle-day', 'a day of the service without calendars', none, 'operations'),
      figure('idle-calendar', 'a day of one calendar without edits', each, 'operations', { bound: { atMost: 12 } }),
      figure('idle-calls', 'a day of one calendar without edits', lineThrough(idleCalls).each, 'Calendar calls', {
        bound: { atMost: 1.5 },
      }),
    );
    const perChange: [number, number][] = [];
    for (const events of isQuick ? [10, 100] : [10, 100, 1_000, 5_000]) {
      const spent = await oneChange(events);
      perChange.push([events, spent.reads + spent.writes]);
    }
    const last = perChange.at(-1) ?? [0, 0];
    figures.push(figure('change-large-calendar', `a change on a calendar of ${last[0]} events`, last[1], 'operations'));
    const curves: Curve[] = [
      {
        id: 'cost-calendars',
        title: 'A day without edits',
        x: 'calendars',
        y: 'database operations',
        lines: [{ name: 'operations', points: idle }],
      },
      {
        id: 'cost-events',
        title: 'One change',
        x: 'events of the calendar',
        y: 'database operations',
        lines: [{ name: 'operations', points: perChange }],
      },
    ];
    return { figures, curves };
  },
};

function storeDollars({ reads, writes }: Spent): number {
  return (reads * PRICES.readsPer100k + writes * PRICES.writesPer100k) / 100_000;
}

/** What an instance of a deployment costs while it has a request. */
function dollarsPerS(deployment: keyof typeof DEPLOYMENTS): number {
  const { cpu, gib } = DEPLOYMENTS[deployment];
  return cpu * PRICES.cpuPerS + gib * PRICES.gibPerS;
}

/** What there is without any calendar, and what each calendar adds to it. */
function lineThrough(points: readonly (readonly [number, number])[]): { readonly none: number; readonly each: number } {
  const [first = [0, 0], last = [1, 0]] = [points[0], points.at(-1)];
  const each = (last[1] - first[1]) / (last[0] - first[0]);
  return { each, none: first[1] - first[0] * each };
}

/** A day of this many calendars, on average over some, once they have come to rest. */
async function idleDay(calendars: number): Promise<{ readonly operations: number; readonly calls: number }> {
  const service = await VirtualService.start(calendars, 3, 3);
  try {
    await service.pass(SETTLING_DAYS * DAY_MS);
    const before = service.calendarCalls;
    const { reads, writes } = await spentIn(service, () => service.pass(COUNTED_DAYS * DAY_MS));
    return { operations: (reads + writes) / COUNTED_DAYS, calls: (service.calendarCalls - before) / COUNTED_DAYS };
  } finally {
    await service.close();
  }
}

async function oneChange(events: number): Promise<Spent> {
  const HOUR_MS = 3_600_000;
  // The scheduled run counts the fleet once in ten minutes: so both windows hold it once.
  const WINDOW_MS = 600_000;
  const service = await VirtualService.start(1, events, 3);
  try {
    // Until the looks that follow a registration are over.
    await service.pass(HOUR_MS);
    const quiet = await spentIn(service, () => service.pass(WINDOW_MS));
    const busy = await spentIn(service, async () => {
      service.edit(0, 1);
      await service.pass(WINDOW_MS);
    });
    return { reads: busy.reads - quiet.reads, writes: busy.writes - quiet.writes };
  } finally {
    await service.close();
  }
}

async function spentIn({ store }: VirtualService, work: () => Promise<void>): Promise<Spent> {
  const before = { ...store.operations };
  await work();
  const { reads, writes, deletes } = store.operations;
  return { reads: reads - before.reads, writes: writes + deletes - before.writes - before.deletes };
}
