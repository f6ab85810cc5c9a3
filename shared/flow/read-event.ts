/** One event of a calendar, read by itself. */
import type { ListedEvent } from '../domain/event/event.ts';
import type { CalendarAccess, Services } from '../domain/ports.ts';
import type { CalendarRecord } from '../domain/state/records.ts';
import { callGoogle } from './call-google.ts';

/**
 * The event as it is now; one that Google does not know any more is like one that was deleted. No attempt is begun at `until` or later (Unix
 * milliseconds). @throws whatever the last attempt threw
 */
export async function readEvent(
  services: Pick<Services, 'clock' | 'random' | 'isStopping' | 'google'>,
  calendar: CalendarAccess & Pick<CalendarRecord, 'accessRole'>,
  id: string,
  until: number,
): Promise<ListedEvent> {
  const found = await callGoogle(services, until, () => services.google.get(calendar, id, calendar.accessRole));
  return found ?? { kind: 'tombstone', id, occurrence: null };
}
