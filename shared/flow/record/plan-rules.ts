/** What the plans of a calendar's events depend on. */
import type { PlanRules } from '../../domain/plan/plan.ts';
import type { Services } from '../../domain/ports.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';

/** The rules of this calendar. */
export function planRules(services: Pick<Services, 'policy'>, calendar: CalendarRecord): PlanRules {
  const { matchers, fields } = services.policy;
  return { calendarId: calendar.calendarId, hashKey: calendar.hashKey, matchers, fields };
}
