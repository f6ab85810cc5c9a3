/**
 * What happens while something else is under way, in some of the seeds: two things that chance alone would hardly ever bring together.
 * Drawn by themselves, so that all other seeds stay what they are.
 */
import { type JsonObject, textAt } from '../../sandbox/calendar/wire/json.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { announceConference } from '../../shared/flow/calendars/announce-conference.ts';
import { requestRenewal } from '../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { command } from './operations.ts';
import { Random } from './random.ts';
import { at, insert, ours, patch, remove } from './requests.ts';
import { REGISTERED, subjectOf } from './settings.ts';
import { conferenceOn, isOrganizers } from './truth.ts';
import type { World } from './world.ts';

interface Occasion {
  readonly world: World;
  readonly random: Random;
  readonly user: string;
  readonly other: string;
  /** A name that nothing else has, fit for an event id. */
  readonly name: string;
}

const HOUR = 3_600_000;
/** So often it is looked, each second, whether the call has begun. */
const LOOKS_MAX = 90;

const COINCIDENCES = {
  /** A calendar is registered for another user while a channel is being opened for the one before. */
  channelOfAnother: (occasion) => {
    const { world, random, user } = occasion;
    const { absences, scheduler, fates } = world;
    fates.slow = { name: 'google.watch', ms: random.between(2_000, 9_000) };
    command(occasion, `renews the channel of ${user}`, (services) => requestRenewal(services, calendarKeyOf(user)));
    const register = (subject: string): void => {
      if (absences.isAway(user)) return;
      command(occasion, `registers ${user} of ${subject}`, (services) => registerCalendar(services, user, subject));
    };
    const subject = random.pick(REGISTERED.filter((name) => name !== subjectOf(user))) ?? user;
    onceCalled(world, 'google.watch', () => {
      register(subject);
      scheduler.after(random.between(20_000, 200_000), 'registration', () => register(subjectOf(user)));
    });
  },
  /** One calendar announces a conference, and another shows it first. */
  announcedAndPasted: ({ world, random, user, other, name }) => {
    announce(world, user, name, name);
    later(world, random.between(2_000, 40_000), () => insert(world, other, eventOf(name)));
    later(world, random.between(50_000, 200_000), () => insert(world, user, { ...eventOf(name), id: name }));
  },
  /** Two calendars announce a conference, and the event of the first comes to nothing. */
  announcedTwice: ({ world, random, user, other, name }) => {
    announce(world, user, `${name}a`, name);
    later(world, 3_000, () => announce(world, other, `${name}b`, name));
    later(world, 6_000, () => insert(world, user, { ...eventOf(name), conferenceData: null, id: `${name}a` }));
    later(world, 9_000, () => remove(world, user, `${name}a`));
    later(world, random.between(100_000, 200_000), () => insert(world, other, { ...eventOf(name), id: `${name}b` }));
  },
  /** While the last event of a conference is read once more, another carries it, and loses it again. */
  lastOfTwo: ({ world, random, user, other, name }) => {
    const id = insert(world, user, eventOf(name));
    later(world, 20_000, () => {
      if (id !== undefined) remove(world, user, id);
      world.fates.slow = { name: 'google.get', ms: 9_000 };
      onceCalled(world, 'google.get', () => {
        const second = insert(world, other, eventOf(name));
        later(world, random.between(1_500, 4_000), () => second !== undefined && remove(world, other, second));
      });
    });
  },
  /** A title is changed, and back again before its change is known to have arrived. */
  thereAndBack: ({ world, random, user }) => {
    const event = random.pick(standing(world, user).filter((body) => conferenceOn(body) !== undefined));
    const id = textAt(event, 'id');
    if (event === undefined || id === undefined) return;
    patch(world, user, id, { summary: 'there' });
    world.fates.certain.add('conferenceLostAnswer');
    onceCalled(world, 'conference.apply', () =>
      later(world, random.between(500, 4_000), () =>
        patch(world, user, id, { summary: textAt(event, 'summary') ?? '', location: 'and back' }),
      ),
    );
  },
  /** What was announced never appears, another event carries it, and nobody touches either. */
  announcedInVain: ({ world, user, other, name }) => {
    if (world.pauseMsMax < HOUR) return;
    announce(world, user, name, name);
    later(world, 5_000, () => insert(world, other, eventOf(name)));
  },
} as const satisfies Record<string, (occasion: Occasion) => void>;

/** Whether a seed has any, and what then happens at each turn of people's lives. */
export class Coincidences {
  readonly isOn: boolean;
  readonly #random: Random;
  #count = 0;

  constructor(seed: number) {
    this.#random = new Random(seed ^ 0xc01c);
    this.isOn = this.#random.happens(0.3);
  }

  turn(world: World): void {
    const random = this.#random;
    if (!this.isOn || !random.happens(0.3)) return;
    const user = random.pick(world.registered) ?? world.registered[0];
    const other = random.pick(world.registered.filter((id) => id !== user)) ?? user;
    const kind = random.pick(Object.values(COINCIDENCES));
    kind?.({ world, random, user, other, name: `during${++this.#count}` });
  }
}

function announce(world: World, user: string, eventId: string, conferenceId: string): void {
  if (world.absences.isAway(user)) return;
  world.history.add(world.scheduler.now, 'ADDON', `announces ${conferenceId} on ${user}`);
  void world.processes.command('addon', (services) =>
    announceConference(services, calendarKeyOf(user), eventId, conferenceId),
  );
}

function later(world: World, ms: number, act: () => unknown): void {
  world.scheduler.after(ms, 'meanwhile', () => void act());
}

/** As soon as a call of this name waits for its effect; never, if none does for a while. */
function onceCalled(world: World, name: string, act: () => void, looks = LOOKS_MAX): void {
  later(world, 1_000, () => {
    if (world.scheduler.waiting.some((call) => call.name === name)) act();
    else if (looks > 1) onceCalled(world, name, act, looks - 1);
  });
}

function eventOf(conferenceId: string): JsonObject {
  return { summary: `of ${conferenceId}`, ...at(60), conferenceData: ours(conferenceId) };
}

function standing(world: World, user: string): readonly JsonObject[] {
  return world.calendar
    .events(user)
    .filter((body) => body.recurringEventId === undefined && body.status !== 'cancelled' && isOrganizers(body, user));
}
