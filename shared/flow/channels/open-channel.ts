/**
 * Opens a channel for a calendar: the successor first, then the old one is stopped, since the gap between two could swallow a
 * change. The new id is stored before Google hears of it, as the first notification can come before the answer.
 */
import { GoogleTrouble } from '../../domain/errors.ts';
import { channelIdFor, signChannel } from '../../domain/notification/channel.ts';
import { renewalTime } from '../../domain/notification/channel-life.ts';
import { afterRefusedOpening } from '../../domain/plan/refused-opening.ts';
import type { CalendarServices, ChannelServices } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import type { CalendarRecord, Channel } from '../../domain/state/records.ts';
import { stopChannel, stopStrays } from './stop-channels.ts';

/** An attempt of which nothing is heard any more, because its process died, is made again after this. */
export const OPENING_STAMP_MS = 2 * 60_000;
/** How long the message that asks for a listing may take, before one is asked for again. */
const LISTING_STAMP_MS = 60_000;

/** Returns the calendar with its new channel; undefined if there is none, for whatever reason, which is on record. @throws StoreUnavailable */
export async function openChannel(
  services: ChannelServices,
  calendar: CalendarRecord,
): Promise<CalendarRecord | undefined> {
  const { google, channels, policy, random, log, clock } = services;
  const id = channelIdFor(calendar.key, random.id());
  let before: string | null = null;
  const named = await changeUnlessOvertaken(services, calendar, (stored) => {
    before = stored.openingChannel;
    return { ...stored, openingChannel: id, openingProvenAt: null };
  });
  if (named === undefined) return undefined;
  let granted: { resourceId: string; expiresAt: number };
  try {
    const token = signChannel(id, channels.keys);
    granted = await google.watch(calendar, { id, token, address: channels.receiverUrl, ttlMs: policy.channelTtlMs });
  } catch (error) {
    if (!(error instanceof GoogleTrouble)) throw error;
    await noteFailure(services, calendar, error, { id, before });
    return undefined;
  }
  const renewAt = renewalTime(calendar.key, granted.expiresAt, clock.now(), policy);
  const channel: Channel = { id, ...granted, renewAt, provenAt: null };
  const opened = await changeUnlessOvertaken(services, calendar, (stored) =>
    replaceChannel(stored, channel, clock.now()),
  );
  if (opened === undefined) {
    // Removed, paused or changed meanwhile: nobody else would stop it.
    await stopChannel(services, calendar, channel);
    return undefined;
  }
  log.write({ line: 'channel', outcome: 'opened', calendar: calendar.key });
  await stopStrays(services, opened);
  return opened;
}

function replaceChannel(calendar: CalendarRecord, channel: Channel, now: number): CalendarRecord {
  const old = calendar.channel;
  const strayChannels = old === null ? calendar.strayChannels : [...calendar.strayChannels, old];
  const status = calendar.status === 'unsupported-push' ? 'active' : calendar.status;
  return withCalendarDue({
    ...calendar,
    status,
    // What came through it before this answer has proven it already; another run may be opening one of its own.
    channel: calendar.openingChannel === channel.id ? { ...channel, provenAt: calendar.openingProvenAt } : channel,
    openingChannel: null,
    openingProvenAt: null,
    openingFailure: null,
    pushRetryAt: null,
    // No notification tells of what happened before it was open: a listing follows, even if the message that asks for it is lost.
    reconcileAt: Math.min(calendar.reconcileAt ?? Infinity, now + LISTING_STAMP_MS),
    strayChannels: strayChannels.map(({ id, resourceId, expiresAt }) => ({ id, resourceId, expiresAt })),
  });
}

async function changeUnlessOvertaken(
  services: CalendarServices,
  calendar: CalendarRecord,
  change: (now: CalendarRecord) => CalendarRecord,
): Promise<CalendarRecord | undefined> {
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(calendar.key);
    const isOvertaken = stored?.generation !== calendar.generation || stored.channel?.id !== calendar.channel?.id;
    if (stored === undefined || isOvertaken) return undefined;
    const changed = change(stored);
    tx.putCalendar(changed);
    return changed;
  });
}

/** `failed` is the channel that could not be opened, and the one that was being opened when it began, if any. */
async function noteFailure(
  services: CalendarServices,
  calendar: CalendarRecord,
  error: GoogleTrouble,
  failed: { readonly id: string; readonly before: string | null },
): Promise<void> {
  const { clock, random, policy, log } = services;
  const { key } = calendar;
  const reason = error.name;
  log.write({ line: 'channel', outcome: 'failed', calendar: key, reason });
  const noted = await changeUnlessOvertaken(services, calendar, (stored) =>
    withCalendarDue({
      ...afterRefusedOpening(stored, error, { at: clock.now(), chance: random.fraction(), policy }),
      // Another opening may still be under way, whichever began first: without a name on record its channel would be stopped as a foreign one.
      ...(stored.openingChannel === failed.id && { openingChannel: failed.before, openingProvenAt: null }),
    }),
  );
  if (noted !== undefined && noted.status !== calendar.status)
    log.write({ line: 'calendar-status', calendar: key, status: noted.status, reason });
}
