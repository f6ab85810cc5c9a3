/** confsync calendars resume: takes up the work again, be the calendar paused, disconnected or unreachable. */
import { viewCalendar } from '../../functions/manage/views.ts';
import { resumeCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { type NamedCalendar, oneCalendar } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { commandableCalendar } from '../records/known.ts';

export const help: Help = {
  path: ['calendars', 'resume'],
  summary: 'take up the work for a calendar again, and sync',
  parameters: 'CALENDAR',
  examples: [
    ['confsync calendars resume alice@example.com', 'it was paused'],
    ['confsync calendars resume alice@example.com --yes', 'it was disconnected, and the consent is renewed'],
  ],
  isChanging: true,
};

export const parse: (given: Given) => NamedCalendar = (given) => oneCalendar(given);

export async function run(services: OpsServices, { key }: NamedCalendar, screen: Screen): Promise<Report> {
  const { calendarId } = await commandableCalendar(services.store, key);
  const plan = `take up the work for 1 calendar, ${calendarId}, and sync it`;
  const consent = await screen.agree(plan, 1);
  if (consent !== 'go') return unchanged(consent, plan, { calendarId });
  const calendar = await resumeCalendar(services, key);
  return {
    data: { isDone: true, calendar: viewCalendar(calendar) },
    text: () => [
      `${calendar.calendarId} is active again, and a sync is on its way. See: confsync calendars show ${calendar.calendarId}`,
    ],
  };
}
