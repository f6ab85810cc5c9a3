/**
 * Google's first word on a channel: it works, even if the answer to the request that opens it is still on its way. A channel that
 * is none of the calendar's is stopped on sight.
 */
import { isForeignChannel } from '../../domain/notification/foreign-channel.ts';
import type { ChannelProof } from '../../domain/notification/work-message.ts';
import type { CalendarServices } from '../../domain/ports.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { stopStray } from './stop-channels.ts';

/** @throws StoreUnavailable */
export async function proveChannel(
  services: CalendarServices,
  { calendar: key, channel }: ChannelProof,
): Promise<void> {
  const found = await services.store.transact(async (tx) => {
    const calendar = await tx.calendar(key);
    if (calendar === undefined) return undefined;
    const proven = withProof(calendar, channel.id, services.clock.now());
    if (proven === undefined) return isForeignChannel(calendar, channel.id) ? { stray: calendar } : undefined;
    if (proven === calendar) return undefined;
    tx.putCalendar(proven);
    return 'proven';
  });
  if (found === 'proven') services.log.write({ line: 'channel', outcome: 'proven', calendar: key });
  else if (found !== undefined) await stopStray(services, found.stray, channel);
}

/** The calendar with its channel, open or being opened, proven if it was not; undefined where it has no such channel. */
function withProof(calendar: CalendarRecord, id: string, now: number): CalendarRecord | undefined {
  const { channel, openingChannel, openingProvenAt } = calendar;
  if (channel?.id === id) {
    return channel.provenAt === null ? { ...calendar, channel: { ...channel, provenAt: now } } : calendar;
  }
  if (openingChannel !== id) return undefined;
  return openingProvenAt === null ? { ...calendar, openingProvenAt: now } : calendar;
}
