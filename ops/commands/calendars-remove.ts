/** confsync calendars remove: forgets a calendar; ends no conference. */
import { removeCalendar } from '../../shared/flow/calendars/remove-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { type NamedCalendar, oneCalendar } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { knownCalendar } from '../records/known.ts';
import { scanBindings } from '../records/scan.ts';

const COUNTED_MAX = 5_000;

export const help: Help = {
  path: ['calendars', 'remove'],
  summary: 'forget a calendar; its conferences live on',
  parameters: 'CALENDAR',
  more: 'Its channel is stopped if you may act as its user, and ends by itself if not; its sync token\nand bindings are forgotten. No conference is cancelled: another calendar that shows it leads it from now on, and one that\nonly this calendar knew is followed no more.',
  examples: [['confsync calendars remove alice@example.com', 'she has left the company']],
  isChanging: true,
};

export const parse: (given: Given) => NamedCalendar = (given) => oneCalendar(given);

export async function run(services: OpsServices, { id, key }: NamedCalendar, screen: Screen): Promise<Report> {
  const calendar = await knownCalendar(services.store, key);
  const { found, isAll } = await scanBindings(services.store, key, COUNTED_MAX);
  const many = isAll ? counted(found.length, 'binding') : `more than ${COUNTED_MAX} bindings`;
  const plan = `forget 1 calendar, ${calendar.calendarId}, with ${many}`;
  const consent = await screen.agree(plan, 1);
  if (consent !== 'go') return unchanged(consent, plan, { calendarId: id, bindings: found.length });
  await removeCalendar(services, key, services.clock.now() + services.policy.syncBudgetMs.upkeep);
  return {
    data: { isDone: true, calendarId: calendar.calendarId, bindings: found.length },
    text: () => [`${calendar.calendarId} is forgotten, with ${many}. No conference was cancelled.`],
  };
}
