/** What is on record about the events of a page: their own bindings and those of the series they belong to. */
import type { ListedEvent } from '../domain/event.ts';
import { type BindingId, bindingIdOf } from '../domain/ids.ts';
import { type Known, seriesIdOf } from '../domain/plan.ts';
import type { BindingRecord } from '../domain/records.ts';

/** Bindings of one calendar by their id. */
export type Bindings = ReadonlyMap<BindingId, BindingRecord>;

/** Reads them, one read for each event and one for each series, and more only for a bare tombstone that we know. */
export async function readKnown(
  read: (ids: readonly BindingId[]) => Promise<Bindings>,
  events: readonly ListedEvent[],
): Promise<Bindings> {
  const asked = new Set<BindingId>();
  for (const event of events) {
    asked.add(bindingIdOf(event.id));
    if (event.occurrence !== null) asked.add(bindingIdOf(event.occurrence.recurringEventId));
  }
  const first = await read([...asked]);
  // A tombstone can lack the id of its series; the occurrence's own binding has it.
  const missing = new Set<BindingId>();
  for (const event of events) {
    const seriesId = seriesIdOf(event, first.get(bindingIdOf(event.id)));
    if (seriesId !== null && !asked.has(bindingIdOf(seriesId))) missing.add(bindingIdOf(seriesId));
  }
  return missing.size === 0 ? first : new Map([...first, ...(await read([...missing]))]);
}

/** What is known of one event. */
export function knownOf(event: ListedEvent, binding: (id: BindingId) => BindingRecord | undefined): Known {
  const own = binding(bindingIdOf(event.id));
  const seriesId = seriesIdOf(event, own);
  return { own, series: seriesId === null ? undefined : binding(bindingIdOf(seriesId)) };
}
