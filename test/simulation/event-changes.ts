/** What an organizer can do to one of his events, by name: each seed draws which of these exist in its world. */
import { type JsonObject, objectAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import type { Random } from './random.ts';
import { at, insert, move, ours, patch, remove, theirs } from './requests.ts';
import { STARTED_AT, STRANGER } from './settings.ts';
import type { World } from './world.ts';

/** Where a change happens, and what it is drawn from. */
export interface Scene {
  readonly world: World;
  readonly random: Random;
  readonly user: string;
  readonly event: JsonObject;
  readonly eventId: string;
  /** Mostly a new one; at times one that is used already. */
  someConference(): string;
  newConference(): string;
  guests(): JsonObject[];
  word(): string;
}

type Change = (scene: Scene) => void;

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia'] as const;
const DAY = 86_400_000;

/** Each of them; none waits for anything. */
const CHANGES = {
  title: (scene) => change(scene, { summary: scene.word() }),
  emptyTitle: (scene) => change(scene, { summary: '' }),
  time: (scene) => change(scene, at(scene.random.between(1, 200))),
  start: ({ event, ...scene }) => change(scene, { start: shifted(event, 'start', -scene.random.between(1, 90)) }),
  end: ({ event, ...scene }) => change(scene, { end: shifted(event, 'end', scene.random.between(1, 90)) }),
  allDay: (scene) => change(scene, allDay(scene.random.between(1, 9))),
  zone: (scene) => change(scene, inZone(scene.random.between(1, 200), scene.random.pick(ZONES) ?? 'UTC')),
  details: (scene) => change(scene, { description: scene.word(), location: scene.word() }),
  noDetails: (scene) => change(scene, { description: null, location: null }),
  guests: (scene) => change(scene, { attendees: scene.guests() }),
  conference: (scene) => change(scene, { conferenceData: ours(scene.someConference()) }),
  noConference: (scene) => change(scene, { conferenceData: null }),
  otherConference: (scene) =>
    change(scene, { conferenceData: scene.random.happens(0.5) ? theirs() : ours(scene.newConference()) }),
  // What a client leaves that writes back less of an event than it has read.
  conferenceUnclear: (scene) => change(scene, { conferenceData: { conferenceId: null } }),
  conferencePending: (scene) =>
    change(scene, {
      conferenceData: {
        createRequest: {
          requestId: scene.word().replace(' ', ''),
          conferenceSolutionKey: { type: 'hangoutsMeet' },
        },
      },
    }),
  series: (scene) => change(scene, { recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] }),
  weekly: (scene) => change(scene, { recurrence: [`RRULE:FREQ=WEEKLY;COUNT=${scene.random.between(1, 5)}`] }),
  single: (scene) => change(scene, { recurrence: null }),
  remove: ({ world, user, eventId }) => remove(world, user, eventId),
  copy: (scene) => copy(scene),
  visibility: (scene) => {
    const isPrivate = scene.event.visibility === 'private';
    change(scene, { visibility: isPrivate ? 'default' : (scene.random.pick(['private', 'public']) ?? 'private') });
  },
  move: ({ world, random, user, eventId }) => {
    const others = [...world.registered, STRANGER].filter((other) => other !== user);
    move(world, user, eventId, random.pick(others) ?? STRANGER);
  },
} as const satisfies Record<string, Change>;

/** Name of a change. */
export type EventChange = keyof typeof CHANGES;
const EVENT_CHANGES = Object.keys(CHANGES).filter((name): name is EventChange => name in CHANGES);
/** More often than the others: what tells the most. */
const FREQUENT: readonly EventChange[] = ['title', 'remove', 'move'];

/** The changes that exist in a seed's world: two thirds of all, never none. */
export function drawEventChanges(random: Random): readonly EventChange[] {
  const drawn = [...EVENT_CHANGES, ...FREQUENT].filter(() => random.happens(0.66));
  return drawn.length === 0 ? ['title'] : drawn;
}

/** Does it. */
export function changeEvent(name: EventChange, scene: Scene): void {
  CHANGES[name](scene);
}

function change({ world, user, eventId }: Pick<Scene, 'world' | 'user' | 'eventId'>, body: JsonObject): void {
  patch(world, user, eventId, body);
}

/** A duplicate on his own calendar, or somebody else's event with the same conference pasted in. */
function copy({ world, random, user, event }: Scene): void {
  const onto = random.happens(0.5) ? user : (random.pick(world.registered) ?? user);
  const { summary, start, end, recurrence, conferenceData } = event;
  insert(world, onto, {
    summary,
    start,
    end,
    ...(recurrence !== undefined && { recurrence }),
    ...(conferenceData !== undefined && { conferenceData }),
  });
}

/** One end of the event, so many minutes later; an all-day event's by a day. */
function shifted(event: JsonObject, name: 'start' | 'end', minutes: number): JsonObject {
  const time = objectAt(event, name) ?? {};
  const date = textAt(time, 'date');
  if (date !== undefined) {
    return { date: new Date(Date.parse(date) + Math.sign(minutes) * DAY).toISOString().slice(0, 10) };
  }
  const moved = new Date(Date.parse(textAt(time, 'dateTime') ?? '') + minutes * 60_000);
  return { ...time, dateTime: moved.toISOString().replace('.000', '') };
}

function allDay(days: number): JsonObject {
  const date = (plus: number): JsonObject => ({
    date: new Date(STARTED_AT + (days + plus) * DAY).toISOString().slice(0, 10),
    dateTime: null,
    timeZone: null,
  });
  return { start: date(0), end: date(1) };
}

function inZone(hours: number, timeZone: string): JsonObject {
  const time = (plus: number): JsonObject => ({
    date: null,
    dateTime: new Date(STARTED_AT + (hours + plus) * 3_600_000).toISOString().replace('.000', ''),
    timeZone,
  });
  return { start: time(0), end: time(1) };
}
