/** Puts on record what a listing would have shown of a calendar's events, and sends nothing of it. */
import { type FreshEvents, freshEvents } from '../../shared/flow/deliver/fresh-events.ts';
import { giveBackLease } from '../../shared/flow/lease.ts';
import { recordChanges } from '../../shared/flow/record/record-changes.ts';
import { type Item, read } from '../domain/build.ts';
import type { World } from './world.ts';

/** See the file's head. Returns what a run would have at hand; the calendar must be registered. */
export async function recordEvents(world: World, calendarId: string, ...items: readonly Item[]): Promise<FreshEvents> {
  const held = await world.lease(calendarId);
  const events = items.map((item) => read(item));
  await recordChanges(world.services, held, events, null);
  await giveBackLease(world.services, held);
  return freshEvents(held.calendar, events);
}
