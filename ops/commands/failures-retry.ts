/** confsync failures retry: offers to the conference system again what it refused, under new revisions. */
import { type RetryOutcome, retryBinding, retryCancellation } from '../../shared/flow/deliver/retry-failure.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { CommandFailed } from '../cli/errors.ts';
import { EXIT } from '../cli/exit-codes.ts';
import type { Screen } from '../cli/screen.ts';
import { counted, unchanged } from '../cli/unchanged.ts';
import { failureTable, viewFailure } from '../failures/failure-view.ts';
import { type FailureChoice, findFailures, type RefusedChange, readFailureChoice } from '../failures/find-failures.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['failures', 'retry'],
  summary: 'offer refused changes again',
  parameters: '[CALENDAR EVENT]',
  flags: {
    calendar: { value: 'CALENDAR', help: 'all of this calendar' },
    all: { help: 'all that there are' },
  },
  more: 'Each goes out under a new revision, with the event as it is then. What is refused again is listed again.',
  examples: [
    ['confsync failures retry alice@example.com 4q3k7tlm0v', 'this event'],
    ['confsync failures retry --all --dry-run', 'how many would it be'],
    ['confsync failures retry --all', 'the conference system is mended'],
  ],
  isChanging: true,
};

export const parse: (given: Given) => FailureChoice = readFailureChoice;

export async function run(services: OpsServices, choice: FailureChoice, screen: Screen): Promise<Report> {
  const { failures, isAll } = await findFailures(services.store, choice);
  if (failures.length === 0 && choice.eventId !== null) {
    throw new CommandFailed(
      `nothing of event ${choice.eventId} on ${choice.calendarId} is refused`,
      'See: confsync failures list',
    );
  }
  const plan = `offer ${counted(failures.length, 'refused change')} to the conference system again`;
  if (!screen.mode.isJson)
    for (const line of failureTable(failures.slice(0, 20), services.clock.now(), (_, text) => text)) screen.note(line);
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
      ...(isAll ? [] : ['There are more: repeat the command.']),
    ],
    exit: left === 0 ? EXIT.fine : EXIT.failed,
  };
}

function retry(services: OpsServices, { retry }: RefusedChange): Promise<RetryOutcome> {
  return retry.kind === 'binding' ? retryBinding(services, retry.place) : retryCancellation(services, retry.conference);
}
