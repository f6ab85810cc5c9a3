/** The promises, judged from outside: what the calendars hold against what the conference system was told. */

import type { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { type JsonObject, sameJson, textAt } from '../../sandbox/calendar/wire/json.ts';
import type { ConferenceView, SimulatedConferences } from '../../sandbox/conference/simulated-conferences.ts';
import { type CalendarKey, calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { Store } from '../../shared/domain/ports.ts';
import { type Carrier, conferenceOn, isOrganizers, type Truth } from '../simulation/truth.ts';

/** What is judged. */
export interface Judged {
  readonly calendar: SimulatedCalendar;
  readonly conferences: SimulatedConferences;
  readonly truth: Truth;
  /** The functions' own, read only. */
  readonly store: Store;
}

/** Everything that is wrong in a world that should have come to rest. */
export async function judgeRest(judged: Judged): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const conferenceId of judged.truth.conferenceIds()) {
    const carriers = judged.truth.carriersOf(conferenceId);
    // The calendar that announced it keeps it until its event appears, for a day at the most.
    const { announcedUntil = null } = (await judged.store.conference(conferenceKeyOf(conferenceId))) ?? {};
    if (announcedUntil !== null && announcedUntil > Date.now()) continue;
    const said =
      carriers.length === 0 ? judgeOver(judged, conferenceId) : await judgeAlive(judged, conferenceId, carriers);
    if (said !== undefined) wrong.push(`${conferenceId}: ${said}`);
  }
  for (const { eventId } of await judged.store.failedBindings({ after: null, limit: 10 }))
    wrong.push(`${eventId} is failed`);
  return wrong;
}

function judgeOver({ conferences, truth }: Judged, conferenceId: string): string | undefined {
  const view = conferences.get(conferenceId);
  if (view === undefined || view.state === 'cancelled' || truth.isOnGuestsCopy(conferenceId)) return undefined;
  return 'lives on, and no event carries it';
}

async function judgeAlive(
  judged: Judged,
  conferenceId: string,
  carriers: readonly Carrier[],
): Promise<string | undefined> {
  const view = judged.conferences.get(conferenceId);
  if (view === undefined) return 'was never told of';
  if (view.state === 'cancelled') return `is cancelled, and ${carriers[0]?.eventId} carries it`;
  const leader: CalendarKey | null | undefined = (await judged.store.conference(conferenceKeyOf(conferenceId)))?.leader;
  const leading = carriers.filter(({ calendarId }) => calendarKeyOf(calendarId) === leader);
  if (leading.length === 0) return 'is led by no calendar that carries it';
  for (const { calendarId, eventId } of leading) {
    const event = judged.calendar.events(calendarId).find(({ id }) => id === eventId);
    const told = view.events[eventId];
    if (event === undefined || told === undefined) return `knows nothing of ${eventId}`;
    const said = difference(event, told) ?? judgeOccurrences(judged.calendar, calendarId, eventId, conferenceId, view);
    if (said !== undefined) return `${eventId}: ${said}`;
  }
  return undefined;
}

const FIELDS = [
  ['summary', 'title'],
  ['description', 'description'],
  ['location', 'location'],
  ['start', 'start'],
  ['end', 'end'],
  ['recurrence', 'recurrence'],
] as const;

function difference(event: JsonObject, told: object): string | undefined {
  for (const [name, field] of FIELDS) {
    const is: unknown = event[name] ?? null;
    const was: unknown = Reflect.get(told, field) ?? null;
    if (!sameJson(is, was)) return `${field} is ${JSON.stringify(is)}, and was told as ${JSON.stringify(was)}`;
  }
  return undefined;
}

function judgeOccurrences(
  calendar: SimulatedCalendar,
  calendarId: string,
  seriesId: string,
  conferenceId: string,
  view: ConferenceView,
): string | undefined {
  for (const event of calendar.events(calendarId)) {
    if (event.recurringEventId !== seriesId || !isOrganizers(event, calendarId)) continue;
    const told = view.occurrences.find(({ eventId }) => eventId === event.id);
    const takesPart = event.status !== 'cancelled' && conferenceOn(event) === conferenceId;
    if (told?.state !== (takesPart ? 'updated' : 'cancelled'))
      return `occurrence ${event.id} was told as ${told?.state}`;
    if (!takesPart) continue;
    const isTold = sameJson(event.start, told.start) && sameJson(event.end, told.end);
    if (!isTold || (textAt(event, 'summary') ?? null) !== (told.title ?? null))
      return `occurrence ${event.id} was told wrongly`;
  }
  return undefined;
}

/** Which listings have been worked off to their end, as the store says; asked again and again while a run goes on. */
export class ShownEvents {
  readonly #seen = new Map<string, { readonly at: number; readonly coveredUntil: number }[]>();

  /** Notes what the store says now. */
  async look(store: Store, calendarIds: readonly string[]): Promise<void> {
    for (const calendarId of calendarIds) {
      const coveredUntil = (await store.calendar(calendarKeyOf(calendarId)))?.coveredUntil;
      if (coveredUntil === undefined || coveredUntil === null) continue;
      const seen = this.#seen.get(calendarId) ?? [];
      this.#seen.set(calendarId, [...seen.slice(-200), { at: Date.now(), coveredUntil }]);
    }
  }

  /** Whether a listing that was finished a second ago or more began after the event had carried the conference. */
  hasShown({ calendarId, since }: Carrier): boolean {
    const known = this.#seen.get(calendarId)?.findLast(({ at }) => at < Date.now() - 1_000);
    return known !== undefined && known.coveredUntil > since + 100;
  }
}
