/** What is on record about the events of a page: their own bindings and those of the series they belong to. */
import type { ListedEvent } from '../../domain/event/event.ts';
import { type BindingId, bindingIdOf, departureIdOf } from '../../domain/ids.ts';
import { type Known, seriesIdOf } from '../../domain/plan/plan.ts';
import { type BindingRecord, isReference } from '../../domain/state/records.ts';

/** Bindings of one calendar by their id. */
export type Bindings = ReadonlyMap<BindingId, BindingRecord>;

/** Reads them, one read for each event and one for each series, and more only for a bare tombstone that we know. */
export async function readKnown(
  read: (ids: readonly BindingId[]) => Promise<Bindings>,
  events: readonly ListedEvent[],
): Promise<Bindings> {
  const asked = new Set<BindingId>();
  for (const { id, occurrence } of events) {
    asked.add(bindingIdOf(id));
    if (occurrence !== null) asked.add(bindingIdOf(occurrence.recurringEventId));
  }
  const first = await read([...asked]);
  // A tombstone can lack the id of its series; the occurrence's own binding has it.
  const missing = new Set<BindingId>();
  for (const event of events) {
    const seriesId = event.occurrence === null ? seriesIdOf(event, first.get(bindingIdOf(event.id))) : null;
    if (seriesId !== null && !asked.has(bindingIdOf(seriesId))) missing.add(bindingIdOf(seriesId));
  }
  const second = missing.size === 0 ? first : new Map([...first, ...(await read([...missing]))]);
  const departures = events.flatMap(
    (event) =>
      departureOf(
        event,
        kinOf(event, (id) => second.get(id)),
      ) ?? [],
  );
  return departures.length === 0 ? second : new Map([...second, ...(await read(departures))]);
}

/** What is known of one event. */
export function knownOf(event: ListedEvent, binding: (id: BindingId) => BindingRecord | undefined): Known {
  const kin = kinOf(event, binding);
  const departure = departureOf(event, kin);
  return { ...kin, departure: departure === null ? undefined : binding(departure) };
}

type Kin = Pick<Known, 'own' | 'series'>;

function kinOf(event: ListedEvent, binding: (id: BindingId) => BindingRecord | undefined): Kin {
  const own = binding(bindingIdOf(event.id));
  const seriesId = seriesIdOf(event, own);
  return { own, series: seriesId === null ? undefined : binding(bindingIdOf(seriesId)) };
}

/** The id of the record that the event has left its series' conference, which only an event with one of its own can have. */
function departureOf({ id }: ListedEvent, { own, series }: Kin): BindingId | null {
  const isApart = own?.kind === 'event' && isReference(series) && own.conference !== series.conference;
  return isApart ? departureIdOf(id, series.conference) : null;
}
