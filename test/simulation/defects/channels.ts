/** Mistakes in the channels through which Google notifies, and in what is due. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const CHANNELS: readonly Defect[] = [
  one(
    'a listing that was asked for is due at no time until it comes',
    'shared/flow/wake/wake-calendar.ts',
    'reconcileAt: isListingDue ? now + STAMP_MS : stored.reconcileAt,',
    'reconcileAt: isListingDue ? null : stored.reconcileAt,',
  ),
  one(
    'a channel is not due for renewal',
    'shared/domain/state/due.ts',
    "calendar.status === 'active' ? (calendar.channel?.renewAt ?? null) : null,",
    'null,',
  ),
  one(
    'the channel before a renewed one is left open',
    'shared/flow/channels/open-channel.ts',
    'const strayChannels = old === null ? calendar.strayChannels : [...calendar.strayChannels, old];',
    'const { strayChannels } = calendar; void old;',
  ),
  one(
    'a calendar that is removed leaves its channel open',
    'shared/flow/calendars/remove-calendar.ts',
    'strayChannels: channel === null ? strayChannels : [...strayChannels, strayOf(channel)],',
    'strayChannels,',
  ),
  one(
    'a channel that was opened for a calendar as it was is put on record',
    'shared/flow/channels/open-channel.ts',
    'const isOvertaken = stored?.generation !== calendar.generation || stored.channel?.id !== calendar.channel?.id;',
    'const isOvertaken = stored?.channel?.id !== calendar.channel?.id;',
  ),
];
