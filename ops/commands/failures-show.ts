/** confsync failures show: one refused change in full. */
import type { Given, Help, Report } from '../cli/command.ts';
import { CommandFailed, UsageError } from '../cli/errors.ts';
import { type Cell, list } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import { viewFailure } from '../failures/failure-view.ts';
import { type FailureChoice, findFailures, type RefusedChange } from '../failures/find-failures.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['failures', 'show'],
  summary: 'one refused change in full',
  parameters: 'CALENDAR EVENT',
  examples: [['confsync failures show alice@example.com 4q3k7tlm0v', 'what was refused of this event, and why']],
};

export function parse({ parameters }: Given): FailureChoice {
  const [calendarId, eventId] = parameters;
  if (calendarId === undefined || eventId === undefined || parameters.length > 2) {
    throw new UsageError('this takes a calendar and an event', 'write them as `confsync failures list` shows them');
  }
  return { calendarId, eventId };
}

export async function run({ store, clock }: OpsServices, choice: FailureChoice): Promise<Report> {
  const { failures } = await findFailures(store, choice);
  if (failures.length === 0) {
    throw new CommandFailed(
      `nothing of event ${choice.eventId} on ${choice.calendarId} is refused`,
      'It may have been delivered meanwhile. See: confsync failures list',
    );
  }
  const now = clock.now();
  return {
    data: { failures: failures.map(viewFailure) },
    text: (paint) =>
      failures.flatMap((failure, index) => [...(index === 0 ? [] : ['']), ...list(entriesOf(failure, now), paint)]),
  };
}

function entriesOf({ what, calendarId, eventId, conferenceId, failure }: RefusedChange, now: number): [string, Cell][] {
  return [
    ['what', what],
    ['calendar', calendarId ?? '(not registered)'],
    ['event', eventId ?? '-'],
    ['conference', conferenceId],
    ['reason', { tone: 'bad', text: failure?.reason ?? 'not on record' }],
    ['last tried', momentText(failure?.at ?? null, now)],
    ['times', failure?.count ?? 0],
    ['next', `mend the cause, then: confsync failures retry ${calendarId ?? 'CALENDAR'} ${eventId ?? 'EVENT'}`],
  ];
}
