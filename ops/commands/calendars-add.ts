/** confsync calendars add: registers a calendar, or completes what is missing of it. */
import { viewCalendar } from '../../functions/manage/views.ts';
import { registerWithoutChannel } from '../../shared/flow/calendars/register-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { type NamedCalendar, oneCalendar, textFlag } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['calendars', 'add'],
  summary: 'register a calendar',
  parameters: 'CALENDAR',
  flags: { subject: { value: 'USER', help: 'the user to act as (default: the calendar itself)' } },
  more: 'Safe to repeat: what is there already stays. The next run of renew-channels, within a minute, opens its\nchannel and asks for its first sync.',
  examples: [
    ['confsync calendars add alice@example.com', "a person's own calendar"],
    [
      'confsync calendars add team@group.calendar.google.com --subject alice@example.com',
      'a shared one, seen through her',
    ],
  ],
  isChanging: true,
};

interface Options {
  readonly calendar: NamedCalendar;
  readonly subject: string;
}

export function parse(given: Given): Options {
  const calendar = oneCalendar(given);
  return { calendar, subject: textFlag(given, 'subject') ?? calendar.id };
}

export async function run(services: OpsServices, { calendar, subject }: Options, screen: Screen): Promise<Report> {
  const plan = `register 1 calendar, ${calendar.id}, acting as ${subject}`;
  const consent = await screen.agree(plan, 1);
  if (consent !== 'go') return unchanged(consent, plan, { calendarId: calendar.id });
  const { calendar: record, isNew } = await registerWithoutChannel(services, calendar.id, subject);
  const { status, channel } = record;
  const isWatched = status !== 'active' || channel !== null;
  return {
    data: { isDone: true, isNew, calendar: viewCalendar(record) },
    text: (paint) => [
      `${record.calendarId} is ${isNew ? 'registered' : 'registered already'}: ${paint(status === 'active' ? 'good' : 'warning', status)}.`,
      ...(isWatched
        ? []
        : [
            'The next run of renew-channels, within a minute, opens its channel and asks for its first sync. If not: confsync doctor',
          ]),
    ],
  };
}
