/** What must hold for whoever edits an event where nothing is wrong: its conference follows within seconds, whatever was before, and is told once. */
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { runFor } from './pass-time.ts';
import { patch } from './requests.ts';
import type { Carrier } from './truth.ts';
import type { World } from './world.ts';

/** What comes between the edit and its conference, by the number of the seed. */
const MANNERS = ['plain', 'lagging', 'echoed'] as const;
type Manner = (typeof MANNERS)[number];

/** The notification, a listing a second after the last, and a process that asks the conference system only once in ten seconds. */
const WITHIN_MS = 20_000;
/** Also a listing that shows nothing of it, a second look after half a minute, and the run of each minute that asks for it. */
const WITHIN_LAGGING_MS = 150_000;
const LAG_MS = 10_000;
const TITLE = 'the last word';

/** Renames one event of a world at rest; says what is wrong, undefined if nothing is. */
export async function judgeLastEdit(world: World, seed: number): Promise<string | undefined> {
  const manner = MANNERS[seed % MANNERS.length] ?? 'plain';
  const withinMs = manner === 'lagging' ? WITHIN_LAGGING_MS : WITHIN_MS;
  const carrier = world.truth
    .all()
    .find((one) => isFollowed(world, one, withinMs) && (manner !== 'echoed' || isSingle(world, one)));
  if (carrier === undefined) return undefined;
  const { calendarId, eventId, conferenceId } = carrier;
  const before = world.sent.length;
  begin(world, manner, calendarId);
  const { status } = patch(world, calendarId, eventId, { summary: TITLE });
  await runFor(world, withinMs);
  if (status >= 300 || world.judges.violation !== undefined) return undefined;
  const told = world.conferences.get(conferenceId)?.events[eventId]?.title;
  if (told !== TITLE)
    return `${eventId} was renamed ${withinMs / 1_000} s ago, and ${conferenceId} was told of ${told}`;
  // Where the edit finds the sync token dead, all is listed, and what no listing had shown before of other events is told with it.
  const count = world.sent
    .slice(before)
    .filter(({ data }) => data.calendarId === calendarId && data.eventId === eventId).length;
  return manner === 'echoed' && count > 1 ? `one edit of ${eventId} was told as ${count} changes` : undefined;
}

function begin({ calendar, fates }: World, manner: Manner, calendarId: string): void {
  switch (manner) {
    case 'plain':
      return;
    case 'lagging':
      calendar.faults.add({ kind: 'laggingList', next: 1, lagMs: LAG_MS, calendarId });
      return;
    case 'echoed':
      // The conference system answers with words of its own, whose echo is no news to it.
      fates.rates = { eventPatch: 1 };
      return;
  }
}

/** Of a series its occurrences may say what it says, each to a conference of its own. */
function isSingle({ calendar }: World, { calendarId, eventId }: Carrier): boolean {
  const event = calendar.events(calendarId).find(({ id }) => id === eventId);
  return event !== undefined && event.recurrence === undefined && event.recurringEventId === undefined;
}

/** Whether the event leads its conference, and Google tells us of changes in its calendar. */
function isFollowed(
  { shadow, scheduler }: World,
  { calendarId, conferenceId, until }: Carrier,
  withinMs: number,
): boolean {
  const calendar = shadow.calendars.get(calendarKeyOf(calendarId));
  const leader = shadow.conferences.get(conferenceKeyOf(conferenceId))?.leader;
  const isHeard = calendar?.status === 'active' && (calendar.channel?.expiresAt ?? 0) > scheduler.now + withinMs;
  return until === null && leader === calendar?.key && isHeard;
}
