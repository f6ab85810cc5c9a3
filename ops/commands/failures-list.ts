/** confsync failures list: what the conference system has refused, and why. */
import type { Given, Help, Report } from '../cli/command.ts';
import { noParameters, textFlag } from '../cli/given.ts';
import { counted } from '../cli/unchanged.ts';
import { failureTable, viewFailure } from '../failures/failure-view.ts';
import { type FailureChoice, findFailures } from '../failures/find-failures.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['failures', 'list'],
  summary: 'changes that the conference system refused',
  flags: { calendar: { value: 'CALENDAR', help: 'only of this calendar' } },
  more: 'They are not tried again by themselves: only when the event changes, or with `confsync failures retry`.',
  examples: [
    ['confsync failures list', 'all of them'],
    ['confsync failures list --calendar alice@example.com', 'hers only'],
  ],
};

export function parse(given: Given): FailureChoice {
  noParameters(given);
  return { calendarId: textFlag(given, 'calendar') ?? null, eventId: null };
}

export async function run({ store, clock }: OpsServices, choice: FailureChoice): Promise<Report> {
  const { failures, isAll } = await findFailures(store, choice);
  return {
    data: { failures: failures.map(viewFailure), isAll },
    text: (paint) => [
      ...failureTable(failures, clock.now(), paint),
      ...(failures.length === 0
        ? []
        : [
            '',
            `${counted(failures.length, 'failure')}${isAll ? '' : '; there are more'}. When the cause is mended: confsync failures retry --all`,
          ]),
    ],
  };
}
