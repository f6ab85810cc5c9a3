/** confsync failures list: what the conference system has refused, or has not taken yet, and why. */
import type { Store } from '../../shared/domain/ports.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { isFlagged, noParameters, textFlag } from '../cli/given.ts';
import { failureTable, retriedTable, viewFailure, viewRetried } from '../failures/failure-view.ts';
import { type FailureChoice, findFailures } from '../failures/find-failures.ts';
import { findRetried } from '../failures/find-retried.ts';
import type { OpsServices } from '../ports.ts';
import { requireNamed } from '../records/known.ts';
import { countAsOf } from '../status/gather-status.ts';

export const help: Help = {
  path: ['failures', 'list'],
  summary: 'changes that the conference system refused, or has not taken yet',
  flags: {
    calendar: { value: 'CALENDAR', help: 'only of this calendar' },
    retrying: { help: 'those that failed for a passing reason: what, since when, why, and when they are tried next' },
  },
  more: 'What was refused is not tried again by itself: only when the event changes, or with `confsync failures retry`. What failed for a\npassing reason is tried again for three days.',
  examples: [
    ['confsync failures list', 'what was refused'],
    ['confsync failures list --retrying', 'what waits for the next attempt'],
    ['confsync failures list --calendar alice@example.com', 'hers only'],
  ],
};

interface Options extends FailureChoice {
  readonly isRetrying: boolean;
}

export function parse(given: Given): Options {
  noParameters(given, 'calendar');
  return { calendarId: textFlag(given, 'calendar') ?? null, eventId: null, isRetrying: isFlagged(given, 'retrying') };
}

export function run(services: OpsServices, { isRetrying, ...choice }: Options): Promise<Report> {
  return isRetrying ? listRetried(services, choice) : listRefused(services, choice);
}

async function listRefused({ store, clock }: OpsServices, choice: FailureChoice): Promise<Report> {
  const { failures, isAll } = await findFailures(store, choice);
  const retrying = await countRetried(store, choice, clock.now());
  if (failures.length + retrying === 0) await requireNamed(store, choice.calendarId);
  const hers = choice.calendarId === null ? '' : ` --calendar ${choice.calendarId}`;
  return {
    data: { failures: failures.map(viewFailure), isAll, retrying },
    text: (paint) => [
      ...failureTable(failures, clock.now(), paint),
      ...footer(failures.length, isAll, 'failure', 'When the cause is mended: confsync failures retry --all'),
      ...(retrying === 0
        ? []
        : [
            `${counted(retrying, 'conference')} not told yet for a passing reason, tried again by itself: confsync failures list --retrying${hers}`,
          ]),
    ],
  };
}

/** How many conferences the other list has. @throws StoreUnavailable */
async function countRetried(store: Store, choice: FailureChoice, now: number): Promise<number> {
  if (choice.calendarId !== null) return (await findRetried(store, choice)).retried.length;
  return (await countAsOf(store, now)).failing;
}

async function listRetried({ store, clock }: OpsServices, choice: FailureChoice): Promise<Report> {
  const { retried, isAll } = await findRetried(store, choice);
  if (retried.length === 0) await requireNamed(store, choice.calendarId);
  const hasten = 'To try them now: confsync failures retry --retrying --all';
  return {
    data: { retried: retried.map(viewRetried), isAll },
    text: (paint) => [
      ...retriedTable(retried, clock.now(), paint),
      ...footer(retried.length, isAll, 'conference', hasten),
    ],
  };
}

function footer(count: number, isAll: boolean, noun: string, next: string): readonly string[] {
  return count === 0 ? [] : ['', `${counted(count, noun)}${isAll ? '' : '; there are more'}. ${next}`];
}
