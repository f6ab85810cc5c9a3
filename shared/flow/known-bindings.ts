/** What is on record about the events of a page: their own bindings and those of the series they belong to. */
import type { ListedEvent } from '../domain/event.ts';
import { type BindingId, bindingIdOf, departureIdOf } from '../domain/ids.ts';
import { type Known, seriesIdOf } from '../domain/plan.ts';
import { type BindingRecord, isReference } from '../domain/records.ts';

/** Bindings of one calendar by their id. */
export type Bindings = ReadonlyMap<BindingId, BindingRecord>;

/** Reads them, one read for each event and one for each series, and more only for a bare tombstone that we know. */
export async function readKnown(
  read: (ids: readonly BindingId[]) => Promise<Bindings>,
  events: readonly ListedEvent[],
): Promise<Bindings> {
  const ids = new Map(events.map((event) => [event, bindingIdOf(event.id)]));
  const asked = new Set(ids.values());
  for (const { occurrence } of events) if (occurrence !== null) asked.add(bindingIdOf(occurrence.recurringEventId));
  const first = await read([...asked]);
  // A tombstone can lack the id of its series; the occurrence's own binding has it.
  const missing = new Set<BindingId>();
  for (const [event, id] of ids) {
    const own = first.get(id);
    const seriesId = event.occurrence === null ? seriesIdOf(event, own) : null;
    if (seriesId !== null && !asked.has(bindingIdOf(seriesId))) missing.add(bindingIdOf(seriesId));
  }
  const second = missing.size === 0 ? first : new Map([...first, ...(await read([...missing]))]);
  const departures: BindingId[] = [];
  for (const [event, id] of ids) {
    const own = second.get(id);
    const departure = departureOf(
      event,
      own,
      seriesOf(event, own, (other) => second.get(other)),
    );
    if (departure !== null) departures.push(departure);
  }
  return departures.length === 0 ? second : new Map([...second, ...(await read(departures))]);
}

/** What is known of one event. */
export function knownOf(event: ListedEvent, binding: (id: BindingId) => BindingRecord | undefined): Known {
  const own = binding(bindingIdOf(event.id));
  const series = seriesOf(event, own, binding);
  const departure = departureOf(event, own, series);
  return { own, series, departure: departure === null ? undefined : binding(departure) };
}

function seriesOf(
  event: ListedEvent,
  own: BindingRecord | undefined,
  binding: (id: BindingId) => BindingRecord | undefined,
): BindingRecord | undefined {
  const seriesId = seriesIdOf(event, own);
  return seriesId === null ? undefined : binding(bindingIdOf(seriesId));
}

/** The id of the record that the event has left its series' conference, which only an event with one of its own can have. */
function departureOf(
  event: ListedEvent,
  own: BindingRecord | undefined,
  series: BindingRecord | undefined,
): BindingId | null {
  const isApart = own?.kind === 'event' && isReference(series) && own.conference !== series.conference;
  return isApart ? departureIdOf(event.id, series.conference) : null;
}
