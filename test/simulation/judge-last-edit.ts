/** What must hold for whoever edits an event where nothing is wrong: its conference follows within seconds, whatever was before. */
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { runFor } from './pass-time.ts';
import { patch } from './requests.ts';
import type { Carrier } from './truth.ts';
import type { World } from './world.ts';

/** The notification, a listing a second after the last, and a process that asks the conference system only once in ten seconds. */
const WITHIN_MS = 20_000;
const TITLE = 'the last word';

/** Renames one event of a world at rest; says what is wrong, undefined if nothing is. */
export async function judgeLastEdit(world: World): Promise<string | undefined> {
  const carrier = world.truth.all().find((one) => isFollowed(world, one));
  if (carrier === undefined) return undefined;
  const { calendarId, eventId, conferenceId } = carrier;
  const { status } = patch(world, calendarId, eventId, { summary: TITLE });
  await runFor(world, WITHIN_MS);
  const told = world.conferences.get(conferenceId)?.events[eventId]?.title;
  return status >= 300 || told === TITLE || world.violation !== undefined
    ? undefined
    : `${eventId} was renamed ${WITHIN_MS / 1_000} s ago, and ${conferenceId} was told of ${told}`;
}

/** Whether the event leads its conference, and Google tells us of changes in its calendar. */
function isFollowed({ shadow, scheduler }: World, { calendarId, conferenceId, until }: Carrier): boolean {
  const calendar = shadow.calendars.get(calendarKeyOf(calendarId));
  const leader = shadow.conferences.get(conferenceKeyOf(conferenceId))?.leader;
  const isHeard = calendar?.status === 'active' && (calendar.channel?.expiresAt ?? 0) > scheduler.now + WITHIN_MS;
  return until === null && leader === calendar?.key && isHeard;
}
