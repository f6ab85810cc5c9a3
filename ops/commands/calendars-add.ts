/** confsync calendars add: registers a calendar, or completes what is missing of it. */
import { viewCalendar } from '../../functions/manage/views.ts';
import { BadRequest } from '../../shared/domain/errors.ts';
import { checkName } from '../../shared/domain/names.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import { registerWithoutChannel } from '../../shared/flow/calendars/register-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
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
  const subject = textFlag(given, 'subject');
  const asItself = `Is it no user's own? Name the user to act as: confsync calendars add ${calendar.id} --subject alice@example.com`;
  checked('calendarId', calendar.id, 'Copy it from the settings of the calendar.');
  checked('subject', subject ?? calendar.id, subject === undefined ? asItself : 'Write --subject alice@example.com');
  return { calendar, subject: subject ?? calendar.id };
}

/** A name that will be refused is refused before anything is promised. @throws UsageError */
function checked(field: 'calendarId' | 'subject', name: string, hint: string): void {
  try {
    checkName(field, name);
  } catch (error) {
    if (error instanceof BadRequest) throw new UsageError(error.message, hint);
    throw error;
  }
}

export async function run(services: OpsServices, { calendar, subject }: Options, screen: Screen): Promise<Report> {
  const plan = planOf(await services.store.transact((tx) => tx.calendar(calendar.key)), calendar.id, subject);
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

function planOf(stored: CalendarRecord | undefined, calendarId: string, subject: string): string {
  if (stored === undefined || stored.isBeingRemoved) return `register 1 calendar, ${calendarId}, acting as ${subject}`;
  if (stored.subject !== subject)
    return `act as ${subject}, no longer as ${stored.subject}, for 1 calendar, ${calendarId}`;
  return `complete what is missing of 1 calendar, ${calendarId}, which is registered already`;
}
