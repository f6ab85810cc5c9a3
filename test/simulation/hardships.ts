/**
 * What happens on top of all else in some of the seeds, each time several things at once that hardly ever come together by chance. Drawn by
 * themselves, so that all other seeds stay what they are.
 */
import { type JsonObject, textAt } from '../../sandbox/calendar/wire/json.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { ANNOUNCEMENT_MS } from '../../shared/domain/limits.ts';
import { announceConference } from '../../shared/flow/calendars/announce-conference.ts';
import { FAULT_KINDS, type FaultRates, HARD_FAULTS } from './faults.ts';
import { operate } from './operations.ts';
import { Random } from './random.ts';
import { at, done, insert, move, occurrencesOf, ours, patch, remove, theirs } from './requests.ts';
import { subjectOf } from './settings.ts';
import { conferenceOn, isOrganizers } from './truth.ts';
import type { World } from './world.ts';

/** Whose turn it is, and his events that stand; `isLossy`: a reconcile may be what finds a change. */
interface Turn {
  readonly world: World;
  readonly random: Random;
  readonly user: string;
  readonly own: readonly JsonObject[];
  readonly isLossy: boolean;
}

const HOUR = 3_600_000;

const HARDSHIPS = {
  /** What was deleted shortly before the sync token dies is shown by no listing any more. */
  forgottenDeletion: ({ world, random, user, own }) => {
    for (const event of some(random, own)) remove(world, user, idOf(event));
    world.scheduler.after(random.pick([0, 0, 400, 3_000]) ?? 0, 'forgetting', () => {
      world.calendar.expireSyncTokens(user);
      world.calendar.purgeDeleted(user);
      done(world, 'google', `forgets what ${user} has deleted, and his sync tokens`);
    });
  },
  deleteMany: ({ world, user, own }) => {
    for (const event of own) remove(world, user, idOf(event));
  },
  /** The conference is taken off, and made anew before anybody can have looked, or long after. */
  conferenceAnew: ({ world, random, user, own }) => {
    const event = random.pick(own.filter((body) => conferenceOn(body) !== undefined));
    if (event === undefined) return;
    const conferenceId = random.happens(0.5) ? (conferenceOn(event) ?? '') : `anew-${idOf(event).slice(0, 8)}`;
    patch(world, user, idOf(event), { conferenceData: null });
    world.scheduler.after(random.pick([10, 2_000, 40_000, 100_000]) ?? 10, 'a conference anew', () =>
      patch(world, user, idOf(event), { conferenceData: ours(conferenceId) }),
    );
  },
  /** A series of which occurrences deviate before it was ever listed, or its conference changes just afterwards. */
  deviatingSeries: ({ world, random, user }) => {
    const conferenceId = `deviating-${random.between(1, 4)}`;
    const recurrence = [random.happens(0.5) ? 'RRULE:FREQ=DAILY;COUNT=4' : 'RRULE:FREQ=WEEKLY'];
    const isLater = random.happens(0.3);
    const body = { summary: 'deviates', ...at(random.between(1, 200)), recurrence };
    const id = insert(world, user, isLater ? body : { ...body, conferenceData: ours(conferenceId) });
    if (id === undefined) return;
    for (const occurrence of some(random, occurrencesOf(world, user, id))) deviate(world, random, user, occurrence);
    if (!isLater && random.happens(0.6)) return;
    const next = isLater ? ours(conferenceId) : random.pick([null, ours(`${conferenceId}-later`)]);
    world.scheduler.after(random.pick([0, 3_000, 60_000]) ?? 0, 'a conference for a series', () =>
      patch(world, user, id, { conferenceData: next ?? null }),
    );
  },
  /** To another calendar of the same user; where only a reconcile is to find it, Google loses the news of where it went. */
  moveHome: ({ world, random, user, own, isLossy }) => {
    const homes = world.registered.filter((other) => other !== user && subjectOf(other) === subjectOf(user));
    const home = random.pick(homes);
    const event = random.pick(own);
    if (home === undefined || event === undefined) return;
    if (isLossy) world.calendar.faults.add({ kind: 'dropNotification', next: 1, calendarId: home });
    move(world, user, idOf(event), home);
  },
  leave: ({ world, random, user, own }) => operate('leave', { world, random, user, own }),
} as const satisfies Record<string, (turn: Turn) => void>;

type Hardship = keyof typeof HARDSHIPS;
const ALL = Object.keys(HARDSHIPS).filter((name): name is Hardship => name in HARDSHIPS);

/** Whether a seed's world is hard, and what then happens at each turn of people's lives. */
export class Hardships {
  readonly isOn: boolean;
  readonly #random: Random;
  readonly #isLossy: boolean;
  readonly #kinds: readonly Hardship[];
  #turns = 0;

  constructor(seed: number, isLossy: boolean) {
    this.#random = new Random(seed ^ 0x4a5d);
    this.#isLossy = isLossy;
    this.isOn = this.#random.happens(0.4);
    this.#kinds = ALL.filter(() => this.#random.happens(0.5));
  }

  /** The faults of the seed, with those that strike in hard worlds alone. */
  faultsWith(rates: FaultRates): FaultRates {
    if (!this.isOn) return rates;
    const drawn = HARD_FAULTS.map((kind) => {
      const rate = this.#random.happens(0.5) ? FAULT_KINDS[kind] * (0.2 + 0.8 * this.#random.next()) : undefined;
      return [kind, rate] as const;
    });
    const { editMeanwhile, ...hard } = Object.fromEntries(drawn.filter(([, rate]) => rate !== undefined));
    // Somebody can only be in the way of a write where something is written.
    const eventPatch = rates.eventPatch ?? FAULT_KINDS.eventPatch;
    return { ...rates, ...hard, ...(editMeanwhile !== undefined && { editMeanwhile, eventPatch }) };
  }

  turn(world: World): void {
    if (!this.isOn) return;
    if (this.#turns++ === 0 && world.pauseMsMax > HOUR) announceForNothing(world, this.#random);
    if (!this.#random.happens(0.3)) return;
    const random = this.#random;
    const kind = random.pick(this.#kinds);
    const user = random.pick(world.registered) ?? world.registered[0];
    if (kind === undefined) return;
    const own = world.calendar
      .events(user)
      .filter((body) => body.recurringEventId === undefined && body.status !== 'cancelled' && isOrganizers(body, user));
    HARDSHIPS[kind]({ world, random, user, own, isLossy: this.#isLossy });
  }
}

/** What was announced never appears; the day on which it is given up, others add to its conference. */
function announceForNothing(world: World, random: Random): void {
  const [user, other = user] = world.registered;
  const conferenceId = 'announced-for-nothing';
  void world.processes.command('addon', (services) =>
    announceConference(services, calendarKeyOf(user), 'announcedfornothing', conferenceId),
  );
  const paste = (onto: string): void => {
    insert(world, onto, { summary: 'pasted', ...at(60), conferenceData: ours(conferenceId) });
  };
  world.scheduler.after(5_000, 'pasted', () => paste(other));
  for (const minutes of [0, 1, 2]) {
    const ms = ANNOUNCEMENT_MS + minutes * 60_000 + random.between(500, 30_000);
    world.scheduler.after(ms, 'pasted', () => paste(random.pick(world.registered) ?? other));
  }
}

function deviate(world: World, random: Random, user: string, occurrence: JsonObject): void {
  const id = idOf(occurrence);
  switch (random.between(1, 4)) {
    case 1:
    case 2:
      remove(world, user, id);
      return;
    case 3:
      patch(world, user, id, { summary: 'differs', ...at(random.between(1, 200)) });
      return;
    default:
      patch(world, user, id, { conferenceData: random.pick([null, theirs(), ours('of-one-day')]) ?? null });
      return;
  }
}

function idOf(event: JsonObject): string {
  return textAt(event, 'id') ?? '';
}

/** One to three of them. */
function some<Item>(random: Random, items: readonly Item[]): readonly Item[] {
  const first = random.between(0, Math.max(0, items.length - 1));
  return items.slice(first, first + random.between(1, 3));
}
