/** What must hold once the faults have stopped: every conference equals its events, and nothing is left to do. */
import { type JsonObject, objectAt, sameJson, textAt } from '../../sandbox/calendar/wire/json.ts';
import type { ConferenceView } from '../../sandbox/conference/simulated-conferences.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { WISHES, wished } from './conference-port.ts';
import { STRANGER } from './settings.ts';
import { type Carrier, conferenceOn, isOrganizers } from './truth.ts';
import type { World } from './world.ts';

/** Says what is wrong in a world that has come to rest; undefined if nothing is. */
export function judgeEnd(world: World): string | undefined {
  for (const conferenceId of world.truth.conferenceIds()) {
    const carriers = world.truth.carriersOf(conferenceId);
    const said =
      recount(world, conferenceId, carriers) ??
      (carriers.length === 0 ? judgeOver(world, conferenceId) : judgeAlive(world, conferenceId, carriers));
    if (said !== undefined) return said;
  }
  const open = world.calendar.openChannels().map(({ id }) => id);
  return (
    judgeRest(world) ??
    world.judges.channels.judgeEnd(open, world.shadow) ??
    world.judges.notices.judgeEnd(world.conferences.calendars(), world.policy.tellsOfCalendars)
  );
}

/** What is counted equals what it counts in each commit; in the end it equals the calendars, too. */
function recount({ shadow }: World, conferenceId: string, carriers: readonly Carrier[]): string | undefined {
  const { liveCount = 0 } = shadow.conferences.get(conferenceKeyOf(conferenceId)) ?? {};
  return liveCount === carriers.length
    ? undefined
    : `${conferenceId} counts ${liveCount} references, and ${carriers.length} events carry it`;
}

function judgeOver(world: World, conferenceId: string): string | undefined {
  const view = world.conferences.get(conferenceId);
  if (view === undefined || view.state === 'cancelled') return undefined;
  // Somebody else organizes the event now, or an announced one may still appear.
  const isElsewhere =
    world.truth.isOnGuestsCopy(conferenceId) ||
    world.isAwaited(conferenceId) ||
    world.absences.hasReleased(conferenceId, world.shadow) ||
    leftUnseen(world, conferenceId) ||
    wasHandedOver(world, conferenceId) ||
    world.judges.forgetting.hasForgottenUnended(conferenceId);
  return isElsewhere ? undefined : `${conferenceId} lives on, and no event carries it`;
}

/** Whether an event was handed over to a calendar that was removed before a listing had shown it there: nobody knew of it any more. */
function leftUnseen({ truth, absences, scheduler }: World, conferenceId: string): boolean {
  return truth
    .all()
    .some(
      (carrier) =>
        carrier.conferenceId === conferenceId &&
        !carrier.isShown &&
        absences.wasAway(carrier.calendarId, carrier.since, scheduler.now),
    );
}

/**
 * Whether an event was seen as that of an organizer whose calendar is not registered, and is so still: it counts for us no more, and that its
 * organizer before then deletes the copy that he keeps as a guest ends nothing.
 */
function wasHandedOver({ truth, witness }: World, conferenceId: string): boolean {
  return truth
    .all()
    .some(
      ({ calendarId, eventId, ...carrier }) =>
        carrier.conferenceId === conferenceId &&
        witness.hasShownOf(calendarId, eventId, STRANGER) &&
        truth.isCarriedOn(STRANGER, eventId, conferenceId),
    );
}

function judgeAlive(world: World, conferenceId: string, carriers: readonly Carrier[]): string | undefined {
  const view = world.conferences.get(conferenceId);
  // The calendar that announced it leads until its event appears, for a day at the most.
  if (world.isAwaited(conferenceId)) return undefined;
  if (view === undefined) return `${conferenceId} was never told of`;
  if (view.state === 'cancelled') return `${conferenceId} is cancelled, and ${carriers[0]?.eventId} carries it`;
  const leader = world.shadow.conferences.get(conferenceKeyOf(conferenceId))?.leader;
  const leading = carriers.filter(({ calendarId }) => calendarKeyOf(calendarId) === leader);
  if (leading.length === 0) return `${conferenceId} is led by no calendar that carries it`;
  for (const carrier of leading) {
    const event = eventOf(world, carrier.calendarId, carrier.eventId);
    const told = view.events[carrier.eventId];
    if (event === undefined || told === undefined) return `${conferenceId} knows nothing of ${carrier.eventId}`;
    const said = difference(world, event, told, conferenceId) ?? judgeOccurrences(world, carrier, view);
    if (said !== undefined) return `${conferenceId}, ${carrier.eventId}: ${said}`;
  }
  return undefined;
}

function difference(
  { policy, judges }: World,
  event: JsonObject,
  told: object,
  conferenceId: string,
): string | undefined {
  const names = [
    ['summary', 'title'],
    ['description', 'description'],
    ['location', 'location'],
    ['start', 'start'],
    ['end', 'end'],
    ['recurrence', 'recurrence'],
  ] as const;
  for (const [name, field] of names) {
    if (!policy.fields.includes(field)) continue;
    const is: unknown = event[name] ?? null;
    // What it asked for itself, it need not be told.
    if (WISHES.some((part) => part === name && is === wished(part, conferenceId))) continue;
    const was: unknown = Reflect.get(told, field) ?? null;
    if (!sameJson(is, was)) return `${field} is ${JSON.stringify(is)}, and was told as ${JSON.stringify(was)}`;
    const named = judges.contents.named(conferenceId, textAt(event, 'id') ?? '', field);
    if (!sameJson(named, was))
      return `${field} was last named as ${JSON.stringify(named)}, and is told as ${JSON.stringify(was)}`;
  }
  const visibility = textAt(event, 'visibility') ?? 'default';
  if (policy.fields.includes('visibility') && Reflect.get(told, 'visibility') !== visibility) {
    return `visibility is ${visibility}, and was told as ${Reflect.get(told, 'visibility')}`;
  }
  const organizer = textAt(objectAt(event, 'organizer'), 'email');
  const toldOrganizer: unknown = Reflect.get(told, 'organizer');
  const toldEmail = textAt(objectAt({ toldOrganizer }, 'toldOrganizer'), 'email');
  return policy.fields.includes('organizer') && toldEmail !== organizer
    ? `organizer is ${organizer}, and was told as ${toldEmail}`
    : undefined;
}

/** Exceptions of a series deviate from it at the conference system exactly as they do in the calendar. */
function judgeOccurrences(world: World, series: Carrier, view: ConferenceView): string | undefined {
  for (const event of world.calendar.events(series.calendarId)) {
    if (event.recurringEventId !== series.eventId || !isOrganizers(event, series.calendarId)) continue;
    const told = view.occurrences.find(({ eventId }) => eventId === event.id);
    const takesPart = event.status !== 'cancelled' && conferenceOn(event) === series.conferenceId;
    if (!takesPart) {
      const isUnknown = told === undefined && (isForgotten(world, series, event) || isFromBefore(world, series, event));
      if (told?.state !== 'cancelled' && !isUnknown)
        return `occurrence ${event.id} does not take part, and was told as ${told?.state}`;
      continue;
    }
    if (told?.seriesId !== series.eventId) return `occurrence ${event.id} was told as one of ${told?.seriesId}`;
    if (told?.state !== 'updated') return `occurrence ${event.id} takes part, and was told as ${told?.state}`;
    for (const name of ['start', 'end'] as const) {
      if (!world.policy.fields.includes(name)) continue;
      if (!sameJson(event[name], told[name])) return `occurrence ${event.id} has another ${name}`;
    }
    const isTitled =
      !world.policy.fields.includes('title') || (textAt(event, 'summary') ?? null) === (told.title ?? null);
    if (!isTitled) return `occurrence ${event.id} has another title`;
  }
  return undefined;
}

/** Whether its record was forgotten, or with that of its series whatever it might have been put on record by: a calendar may never show it to us again. */
function isForgotten({ judges, calendar }: World, { eventId }: Carrier, occurrence: JsonObject): boolean {
  const { forgetting } = judges;
  const isSeriesForgotten = !calendar.settings.exceptionsComeAgain && forgetting.hasForgottenEvent(eventId);
  return isSeriesForgotten || forgetting.hasForgottenEvent(textAt(occurrence, 'id') ?? '');
}

/** Whether the occurrence last changed while its series had no conference of ours: a calendar may never show it to us again. */
function isFromBefore(world: World, { calendarId, eventId }: Carrier, occurrence: JsonObject): boolean {
  const changedAt = Date.parse(textAt(occurrence, 'updated') ?? '');
  const wasCarried = world.truth
    .all()
    .filter((carrier) => carrier.calendarId === calendarId && carrier.eventId === eventId && carrier.isShown)
    .some(({ since, until }) => since <= changedAt && (until === null || until > changedAt));
  return !world.calendar.settings.exceptionsComeAgain && !wasCarried;
}

function judgeRest({ shadow, policy, scheduler, registered }: World): string | undefined {
  for (const binding of shadow.bindings.values()) {
    if (binding.pending !== null) return `a change of ${binding.eventId} is still pending`;
    if (binding.state === 'failed') return `${binding.eventId} is failed`;
  }
  for (const conference of shadow.conferences.values()) {
    if (conference.cancellation !== null) return `the end of ${conference.conferenceId} is still pending`;
    if (conference.owed !== null) return `${conference.conferenceId} is still owed the words of its leader`;
    // Where its calendar was removed meanwhile, what it ended with is forgotten, and nobody can offer it again.
    if (conference.state === 'failed' && conference.orphan !== null)
      return `the end of ${conference.conferenceId} is failed`;
  }
  for (const calendar of shadow.calendars.values()) {
    const isIdle = calendar.lease === null && calendar.checkpoint === null && calendar.wantedAt === null;
    if (!isIdle || calendar.syncToken === null) return `${calendar.calendarId} is not at rest`;
    const { reconcileMs, reconcileQuietMs } = policy;
    const latest = scheduler.now + 1.25 * Math.max(reconcileMs, reconcileQuietMs);
    if (calendar.reconcileAt === null || calendar.reconcileAt > latest)
      return `${calendar.calendarId} is not listed again for longer than was promised`;
  }
  return shadow.calendars.size < registered.length ? 'a calendar is gone' : undefined;
}

function eventOf(world: World, calendarId: string, eventId: string): JsonObject | undefined {
  const event = world.calendar.events(calendarId).find(({ id }) => id === eventId);
  return objectAt({ event }, 'event');
}
