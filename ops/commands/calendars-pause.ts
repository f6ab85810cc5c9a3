/** confsync calendars pause: nothing is listed, sent or renewed for a calendar until it is resumed. */
import { viewCalendar } from '../../functions/manage/views.ts';
import { pauseCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { type NamedCalendar, oneCalendar } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { commandableCalendar } from '../records/known.ts';

export const help: Help = {
  path: ['calendars', 'pause'],
  summary: 'stop all work for a calendar',
  parameters: 'CALENDAR',
  more: 'What happens meanwhile is not lost: resuming syncs.',
  examples: [['confsync calendars pause alice@example.com', 'its changes do harm downstream; hold them back']],
  isChanging: true,
};

export const parse: (given: Given) => NamedCalendar = (given) => oneCalendar(given);

export async function run(services: OpsServices, { key }: NamedCalendar, screen: Screen): Promise<Report> {
  const { calendarId } = await commandableCalendar(services.store, key);
  const plan = `stop all work for 1 calendar, ${calendarId}`;
  const consent = await screen.agree(plan, 1);
  if (consent !== 'go') return unchanged(consent, plan, { calendarId });
  const calendar = await pauseCalendar(services, key);
  return {
    data: { isDone: true, calendar: viewCalendar(calendar) },
    text: () => [`${calendar.calendarId} is paused. Go on with: confsync calendars resume ${calendar.calendarId}`],
  };
}
