/** Google's first word on a channel: it works. A channel that is none of the calendar's is stopped on sight. */
import type { CalendarServices } from '../domain/ports.ts';
import type { ChannelProof } from '../domain/work-message.ts';
import { stopStray } from './stop-channels.ts';

/** @throws StoreUnavailable */
export async function proveChannel(
  services: CalendarServices,
  { calendar: key, channel }: ChannelProof,
): Promise<void> {
  const stray = await services.store.transact(async (tx) => {
    const calendar = await tx.calendar(key);
    if (calendar === undefined) return undefined;
    const isOpening = calendar.openingChannel === channel.id;
    const isKnownStray = calendar.strayChannels.some(({ id }) => id === channel.id);
    if (calendar.channel?.id === channel.id) {
      const isNews = calendar.channel.provenAt === null;
      if (isNews) tx.putCalendar({ ...calendar, channel: { ...calendar.channel, provenAt: services.clock.now() } });
      return undefined;
    }
    return isOpening || isKnownStray ? undefined : calendar;
  });
  if (stray !== undefined) await stopStray(services, stray, channel);
}
