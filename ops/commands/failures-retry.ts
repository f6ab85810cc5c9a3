/** confsync failures retry: offers to the conference system again what it refused, under new revisions, or what it has not taken yet. */

import {
  hastenRetry,
  type RetryOutcome,
  retryBinding,
  retryCancellation,
} from '../../shared/flow/deliver/retry-failure.ts';
import { inParallel } from '../../shared/flow/in-parallel.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { CommandFailed } from '../cli/errors.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { isFlagged } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import { failureTable, retriedTable, viewFailure, viewRetried } from '../failures/failure-view.ts';
import { type FailureChoice, findFailures, type RefusedChange, readFailureChoice } from '../failures/find-failures.ts';
import { findRetried } from '../failures/find-retried.ts';
import type { OpsServices } from '../ports.ts';
import { requireNamed } from '../records/known.ts';

export const help: Help = {
  path: ['failures', 'retry'],
  summary: 'offer refused changes again, or try failed deliveries now',
  parameters: '[CALENDAR EVENT]',
  flags: {
    calendar: { value: 'CALENDAR', help: 'all of this calendar' },
    all: { help: 'all that there are' },
    retrying: { help: 'not what was refused, but what failed for a passing reason: now, not at its next attempt' },
  },
  more: 'What was refused goes out under a new revision, with the event as it is then. What is refused again is listed again.',
  examples: [
    ['confsync failures retry alice@example.com 4q3k7tlm0v', 'this event'],
    ['confsync failures retry --all --dry-run', 'how many would it be'],
    ['confsync failures retry --all', 'the conference system is mended'],
    ['confsync failures retry --retrying --all', 'it is back after an outage: do not wait for the next attempt'],
  ],
  isChanging: true,
};

interface Options extends FailureChoice {
  readonly isRetrying: boolean;
}

const SHOWN = 20;
const AT_ONCE = 16;

export function parse(given: Given): Options {
  return { ...readFailureChoice(given), isRetrying: isFlagged(given, 'retrying') };
}

export function run(services: OpsServices, { isRetrying, ...choice }: Options, screen: Screen): Promise<Report> {
  return isRetrying ? hasten(services, choice, screen) : retryRefused(services, choice, screen);
}

async function retryRefused(services: OpsServices, choice: FailureChoice, screen: Screen): Promise<Report> {
  const { failures, isAll } = await findFailures(services.store, choice);
  if (failures.length === 0) await requireNamed(services.store, choice.calendarId);
  refuseNothing(choice, failures.length, isAll, 'is refused');
  const plan = `offer ${counted(failures.length, 'refused change')} to the conference system again`;
  preview(
    screen,
    failureTable(failures.slice(0, SHOWN), services.clock.now(), (_, text) => text),
  );
  const consent = await screen.agree(plan, failures.length);
  if (consent !== 'go') return unchanged(consent, plan, { failures: failures.map(viewFailure) });
  const outcomes = new Map<RetryOutcome, number>();
  for (const [index, failure] of failures.entries()) {
    const outcome = await retry(services, failure);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    screen.progress('Retrying', index + 1, failures.length);
  }
  const due = outcomes.get('due') ?? 0;
  const left = outcomes.get('nothing-known') ?? 0;
  return {
    data: { isDone: true, due, isAll, outcomes: Object.fromEntries(outcomes) },
    text: () => [
      `${counted(due, 'change')} on the way again. In a minute, see what is left: confsync failures list`,
      ...(left === 0
        ? []
        : [
            `${counted(left, 'cancellation')} cannot be repeated, as the last event is not on record; end the conference in its own system.`,
          ]),
      ...moreText(isAll),
    ],
    exit: left === 0 ? EXIT.fine : EXIT.failed,
  };
}

function retry(services: OpsServices, { retry }: RefusedChange): Promise<RetryOutcome> {
  return retry.kind === 'binding' ? retryBinding(services, retry.place) : retryCancellation(services, retry.conference);
}

async function hasten(services: OpsServices, choice: FailureChoice, screen: Screen): Promise<Report> {
  const { retried, isAll } = await findRetried(services.store, choice);
  if (retried.length === 0) await requireNamed(services.store, choice.calendarId);
  refuseNothing(choice, retried.length, isAll, 'waits for another attempt');
  const plan = `try the delivery for ${counted(retried.length, 'conference')} now`;
  preview(
    screen,
    retriedTable(retried.slice(0, SHOWN), services.clock.now(), (_, text) => text),
  );
  const consent = await screen.agree(plan, retried.length);
  if (consent !== 'go') return unchanged(consent, plan, { retried: retried.map(viewRetried) });
  let due = 0;
  let done = 0;
  await inParallel(AT_ONCE, retried, async ({ conference }) => {
    if ((await hastenRetry(services, conference)) === 'due') due++;
    screen.progress('Asking', ++done, retried.length);
  });
  return {
    data: { isDone: true, due, isAll },
    text: () => [
      `${counted(due, 'conference')} tried now. In a minute, see what is left: confsync failures list --retrying`,
      ...moreText(isAll),
    ],
  };
}

/** @throws CommandFailed where one event was named and nothing of it was found */
function refuseNothing({ calendarId, eventId }: FailureChoice, count: number, isAll: boolean, what: string): void {
  if (count > 0 || eventId === null) return;
  throw new CommandFailed(
    isAll
      ? `nothing of event ${eventId} on ${calendarId} ${what}`
      : `nothing of event ${eventId} on ${calendarId} is among the first that were looked at`,
    `See how it stands: confsync failures show ${calendarId} ${eventId}`,
  );
}

function preview(screen: Screen, lines: readonly string[]): void {
  if (!screen.mode.isJson) for (const line of lines) screen.note(line);
}

function moreText(isAll: boolean): readonly string[] {
  return isAll ? [] : ['There are more: repeat the command.'];
}
