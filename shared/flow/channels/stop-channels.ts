/** Ends channels that are no longer wanted. Best effort: what cannot be stopped expires, and until then is ignored on sight. */

import type { ChannelName } from '../../domain/notification/work-message.ts';
import type { CalendarServices } from '../../domain/ports.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';

/** Stops one channel; returns whether it is known to be over. */
export async function stopChannel(
  services: CalendarServices,
  calendar: CalendarRecord,
  channel: ChannelName,
): Promise<boolean> {
  try {
    await services.google.stop(calendar, channel);
    services.log.write({ line: 'channel', outcome: 'stopped', calendar: calendar.key });
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    services.log.write({ line: 'channel', outcome: 'stop-failed', calendar: calendar.key, reason });
    return false;
  }
}

/** Stops a channel that we do not know: left behind by a crash between opening and storing it. */
export async function stopStray(
  services: CalendarServices,
  calendar: CalendarRecord,
  channel: ChannelName,
): Promise<void> {
  services.log.write({ line: 'channel', outcome: 'stray', calendar: calendar.key });
  if (channel.resourceId !== '') await stopChannel(services, calendar, channel);
}

/** Stops every stray channel on record and forgets those that are over. @throws StoreUnavailable */
export async function stopStrays(services: CalendarServices, calendar: CalendarRecord): Promise<void> {
  const over = new Set<string>();
  for (const stray of calendar.strayChannels) {
    if (stray.expiresAt <= services.clock.now() || (await stopChannel(services, calendar, stray))) over.add(stray.id);
  }
  if (over.size === 0) return;
  await services.store.transact(async (tx) => {
    const stored = await tx.calendar(calendar.key);
    if (stored === undefined) return;
    tx.putCalendar({ ...stored, strayChannels: stored.strayChannels.filter(({ id }) => !over.has(id)) });
  });
}
