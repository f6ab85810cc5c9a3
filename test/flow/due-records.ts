/** Records as the scheduled run finds them, put into the world's store without the syncs that lead there. */

import { calendarKeyOf, conferenceKeyOf, dueShardOf } from '../../shared/domain/ids.ts';
import { beginListing } from '../../shared/domain/plan/listing.ts';
import { withCalendarDue } from '../../shared/domain/state/due.ts';
import { newCalendar, newConference } from '../../shared/domain/state/new-record.ts';
import type { CalendarRecord, Channel, ConferenceRecord, Listing } from '../../shared/domain/state/records.ts';
import { type WakeReport, wakeDue } from '../../shared/flow/wake/wake-due.ts';
import { DAY, NOW } from '../domain/build.ts';
import type { World } from './world.ts';

/** The shard that a run looks into first, as chance is in the world, and the last one. */
export const FIRST_SHARD = 8;
export const LAST_SHARD = 7;

/** A channel that is far from its end, but for `changes`. */
export function channelOf(changes: Partial<Channel> = {}): Channel {
  return { id: 'old', resourceId: 'r', expiresAt: NOW + 3 * DAY, renewAt: NOW + 2 * DAY, provenAt: NOW, ...changes };
}

/** An incremental listing from the token 1, of which no page was read yet, but for `changes`. */
export function listingOf(changes: Partial<Listing> = {}): Listing {
  const listed = { ...newCalendar('any', 'any', 'a hash key', NOW), syncToken: '1', lastSyncedAt: NOW };
  return { ...beginListing(listed, 'a sweep', NOW, 0), ...changes };
}

/** Puts a calendar that wants nothing for a day, but for `changes`. */
export async function putCalendar(world: World, address: string, changes: Partial<CalendarRecord> = {}): Promise<void> {
  const calm = { channel: channelOf(), reconcileAt: NOW + DAY };
  const fresh = newCalendar(address, address, 'a hash key', NOW);
  await world.store.transact(async (tx) => tx.putCalendar(withCalendarDue({ ...fresh, ...calm, ...changes })));
}

/** Puts a conference whose delivery is due at `retryAt`. */
export async function putConference(world: World, id: string, retryAt: number): Promise<void> {
  const fresh = newConference(id, NOW);
  const conference: ConferenceRecord = { ...fresh, retryAt, dueAt: retryAt };
  await world.store.transact(async (tx) => tx.putConference(conference));
}

/** So many addresses whose calendars one shard looks after. */
export function addressesIn(shard: number, count: number): string[] {
  return namesIn(count, (name) => dueShardOf(calendarKeyOf(name)) === shard);
}

/** So many conference ids that one shard looks after. */
export function conferencesIn(shard: number, count: number): string[] {
  return namesIn(count, (name) => dueShardOf(conferenceKeyOf(name)) === shard);
}

function namesIn(count: number, isWanted: (name: string) => boolean): string[] {
  const names: string[] = [];
  for (let index = 0; names.length < count; index++) {
    const name = `user${index}@example.com`;
    if (isWanted(name)) names.push(name);
  }
  return names;
}

/** One scheduled run that may take `ms`; what it sends stays on the topic. */
export function run(world: World, ms = 150_000): Promise<WakeReport> {
  return world.clock.runUntilDone(wakeDue(world.services, world.clock.now() + ms));
}

/** Who was sent a message so far: the key of each calendar and conference, in no order. */
export function asked(world: World): string[] {
  return world.queued.map(({ message }) => ('calendar' in message ? message.calendar : message.conference)).sort();
}
