/**
 * Worlds that chance alone would hardly make: hundreds of exceptions, of references to one conference, of series, tens of calendars, and
 * absences of days. What lies in them before anybody is registered, and what then happens to it at once.
 */
import { objectAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { announceConference } from '../../shared/flow/calendars/announce-conference.ts';
import { at, insert, ours, patch, pathOf, remove } from './requests.ts';
import { REGISTERED, STARTED_AT } from './settings.ts';
import type { World } from './world.ts';

/** One such world. */
export interface Crowd {
  readonly name: string;
  /** Calendars beside the usual ones. */
  readonly calendars: readonly string[];
  fill(world: World): void;
  /** What then happens to all of it at once. */
  shake(world: World): void;
  /** For how long nobody does anything then. */
  readonly pauseMs?: number;
  /** No fault strikes meanwhile: what is so large would otherwise not come to its end. */
  readonly isCalm?: true;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHARED = 'conf-shared';
const [ALICE, BOB = ALICE] = REGISTERED;
/** With the times of its occurrences as long as Google takes; and so many that their records are more than one commit takes. */
const LONG_ID = 'long'.padEnd(1_024 - '_20270120T100000Z'.length, '0');
const CANCELLED = 4_800;
const MANY = Array.from({ length: 24 }, (_, index) => `user${index}@example.com`);

/** Each of them; the seeds take turns. */
export const CROWDS: readonly Crowd[] = [
  {
    name: 'a series with hundreds of exceptions',
    calendars: [],
    fill(world) {
      const series = make(world, ALICE, { recurrence: ['RRULE:FREQ=DAILY'], ...conference(SHARED) });
      make(world, REGISTERED[1] ?? ALICE, { recurrence: ['RRULE:FREQ=DAILY'], ...conference(SHARED) });
      for (let day = 1; day <= 430; day++) except(world, ALICE, series, day, day % 3 === 0);
    },
    shake(world) {
      remove(world, ALICE, textAt(seriesOf(world, ALICE)[0], 'id') ?? '');
    },
  },
  {
    name: 'hundreds of references to one conference',
    calendars: [],
    fill(world) {
      for (let index = 0; index < 240; index++) {
        make(world, REGISTERED[index % REGISTERED.length] ?? ALICE, {
          summary: `room ${index}`,
          ...conference(SHARED),
        });
      }
    },
    shake(world) {
      for (const event of world.calendar.events(ALICE)) remove(world, ALICE, textAt(event, 'id') ?? '');
    },
  },
  {
    name: 'tens of calendars that share conferences',
    calendars: MANY,
    fill(world) {
      for (const [index, user] of MANY.entries()) {
        make(world, user, { summary: `of ${user}`, ...conference(`conf-of-${index % 5}`) });
        make(world, user, { summary: 'with guests', attendees: [{ email: ALICE }], ...conference(`conf-by-${index}`) });
      }
    },
    shake(world) {
      for (const event of world.calendar.events(ALICE))
        patch(world, textAt(objectAt(event, 'organizer'), 'email') ?? ALICE, textAt(event, 'id') ?? '', {
          summary: 'all',
        });
    },
  },
  {
    name: 'series of one conference on two calendars, each with exceptions',
    calendars: [],
    fill(world) {
      for (let index = 0; index < 40; index++) {
        const user = REGISTERED[index % 2] ?? ALICE;
        const series = make(world, user, { recurrence: ['RRULE:FREQ=DAILY;COUNT=9'], ...conference(SHARED) });
        for (const day of [1, 2, 3]) except(world, user, series, day, day === 1);
      }
    },
    shake(world) {
      for (const series of seriesOf(world, ALICE)) remove(world, ALICE, textAt(series, 'id') ?? '');
    },
  },
  {
    name: 'a leader out of reach for a day, and a conference that was announced and does not appear',
    calendars: [],
    fill(world) {
      for (const user of REGISTERED) make(world, user, conference(SHARED));
    },
    shake(world) {
      world.consents.toggle(world, ALICE);
      for (const user of REGISTERED.slice(1)) {
        void world.processes.command('addon', (services) =>
          announceConference(services, calendarKeyOf(user), 'neverappears', `conf-for-${user}`),
        );
        insert(world, ALICE, { summary: 'pasted', ...at(2), ...conference(`conf-for-${user}`) });
        insert(world, REGISTERED[1] ?? user, { summary: 'pasted', ...at(2), ...conference(`conf-for-${user}`) });
      }
    },
    pauseMs: 27 * HOUR,
  },
  {
    name: 'a conference system that is out for more than three days',
    calendars: [],
    fill(world) {
      for (const user of REGISTERED) make(world, user, conference(`conf-of-${user}`));
    },
    shake(world) {
      world.cutConferencesOff(80 * HOUR);
      for (const user of REGISTERED) {
        const [event] = world.calendar.events(user);
        patch(world, user, textAt(event, 'id') ?? '', { summary: 'told to nobody' });
      }
    },
    pauseMs: 80 * HOUR,
  },
  {
    name: 'thousands of cancelled occurrences whose ids are as long as they may be, on a calendar that does not lead',
    calendars: [],
    fill(world) {
      for (const user of REGISTERED) make(world, user, conference(SHARED));
    },
    shake(world) {
      const other = leads(world, ALICE, SHARED) ? BOB : ALICE;
      make(world, other, { id: LONG_ID, recurrence: ['RRULE:FREQ=DAILY'], ...conference(SHARED) });
      world.calendar.load(
        other,
        Array.from({ length: CANCELLED }, (_, index) => cancelledOn(LONG_ID, 1 + index)),
      );
      world.truth.refresh();
      const removeOnceKnown = (attempts: number): void => {
        if (attempts > 0 && world.shadow.bindings.size < CANCELLED)
          world.scheduler.after(60_000, 'end of a series', () => removeOnceKnown(attempts - 1));
        else remove(world, other, LONG_ID);
      };
      removeOnceKnown(50);
    },
    pauseMs: HOUR,
    isCalm: true,
  },
  {
    name: 'a page on which hundreds of conferences lose their leader',
    calendars: [],
    fill(world) {
      for (let index = 0; index < 120; index++) {
        for (const user of [ALICE, BOB])
          make(world, user, { summary: `room ${index}`, ...conference(`conf-${index}`) });
      }
    },
    shake(world) {
      const leader = leads(world, ALICE, 'conf-0') ? ALICE : BOB;
      for (const event of world.calendar.events(leader)) remove(world, leader, textAt(event, 'id') ?? '');
    },
    pauseMs: 600_000,
    isCalm: true,
  },
];

function seriesOf(world: World, calendarId: string): ReturnType<World['calendar']['events']> {
  return world.calendar.events(calendarId).filter(({ recurrence }) => recurrence !== undefined);
}

function leads({ shadow }: World, user: string, conferenceId: string): boolean {
  return shadow.conferences.get(conferenceKeyOf(conferenceId))?.leader === calendarKeyOf(user);
}

function conference(id: string): { readonly conferenceData: ReturnType<typeof ours> } {
  return { conferenceData: ours(id) };
}

function make(world: World, user: string, body: object): string {
  const answer = request(world, user, 'POST', pathOf(user), { summary: 'of many', ...at(1), ...body });
  return textAt(Object(answer), 'id') ?? '';
}

/** Deletes or renames the occurrence of one day of a series that `make` has made. */
function except(world: World, user: string, series: string, day: number, isDeleted: boolean): void {
  const id = `${series}_${stamp(STARTED_AT + HOUR + day * DAY)}`;
  if (isDeleted) request(world, user, 'DELETE', pathOf(user, id));
  else request(world, user, 'PATCH', pathOf(user, id), { summary: `day ${day}` });
}

/** The occurrence of one day, as it would be without that series' other occurrences having been looked at. */
function cancelledOn(series: string, day: number): object {
  const at = STARTED_AT + HOUR + day * DAY;
  return {
    id: `${series}_${stamp(at)}`,
    etag: `"${day}"`,
    status: 'cancelled',
    recurringEventId: series,
    originalStartTime: { dateTime: new Date(at).toISOString().replace('.000', ''), timeZone: 'UTC' },
  };
}

/** What was there before the history begins is no part of it. @throws Error if Google refuses it */
function request(world: World, user: string, method: string, path: string, body?: object): unknown {
  const answer = world.calendar.handle({
    method,
    path,
    headers: { authorization: `Bearer user:${user}` },
    ...(body !== undefined && { body, query: { conferenceDataVersion: '1' } }),
  });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The time in the name of an occurrence. */
function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.000/g, '');
}
