/** Weeks in which nobody does anything, until the database has forgotten what it may; and what people then do with what was forgotten. */
import { type JsonObject, textAt } from '../../sandbox/calendar/wire/json.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { announceConference } from '../../shared/flow/calendars/announce-conference.ts';
import { runFor } from './pass-time.ts';
import type { Random } from './random.ts';
import { at, insert, occurrencesOf, ours, patch, remove, theirs } from './requests.ts';
import { isOrganizers } from './truth.ts';
import type { World } from './world.ts';

interface Act {
  readonly world: World;
  readonly random: Random;
  readonly user: string;
  /** One that was forgotten, if any was. */
  readonly conferenceId: string;
}

type Acts = Readonly<Record<string, (act: Act) => void>>;

/** Before: what ends now is forgotten meanwhile. */
const ENDINGS: Acts = {
  removeEvent: ({ world, random, user }) => {
    const event = random.pick(standing(world, user));
    if (event !== undefined) remove(world, user, idOf(event));
  },
  removeConference: ({ world, random, user }) => {
    const event = random.pick(standing(world, user));
    if (event !== undefined) patch(world, user, idOf(event), { conferenceData: null });
  },
  replaceConference: ({ world, random, user }) => {
    const event = random.pick(standing(world, user));
    const next = random.happens(0.5) ? theirs() : ours(`next-${random.between(1, 9)}`);
    if (event !== undefined) patch(world, user, idOf(event), { conferenceData: next });
  },
  /** That one of its occurrences does not take place is kept for as long as anything that is over. */
  endSeries: ({ world, random, user }) => {
    const series = random.pick(standing(world, user).filter(({ recurrence }) => recurrence !== undefined));
    if (series === undefined) return;
    const occurrence = random.pick(occurrencesOf(world, user, idOf(series)));
    if (occurrence !== undefined) remove(world, user, idOf(occurrence));
    world.scheduler.after(random.between(10, 200_000), 'end of a series', () =>
      patch(world, user, idOf(series), { conferenceData: null }),
    );
  },
  announceForNothing: ({ world, random, user }) => {
    const id = `nevercomes${random.between(1, 1_000)}`;
    void world.processes.command('addon', (services) =>
      announceConference(services, calendarKeyOf(user), id, `conf-of-${id}`),
    );
  },
};

/** After. */
const AWAKENINGS: Acts = {
  restoreEvent: ({ world, random, user }) => {
    const event = random.pick(organized(world, user).filter(({ status }) => status === 'cancelled'));
    if (event !== undefined) patch(world, user, idOf(event), { status: 'confirmed' });
  },
  pasteConference: ({ world, user, conferenceId }) => {
    insert(world, user, { summary: 'pasted long after', ...at(2_000), conferenceData: ours(conferenceId) });
  },
  announceConference: ({ world, random, user, conferenceId }) => {
    const id = `longafter${random.between(1, 1_000)}`;
    world.history.add(world.scheduler.now, 'ADDON', `announces ${conferenceId}`);
    void world.processes.command('addon', (services) =>
      announceConference(services, calendarKeyOf(user), id, conferenceId),
    );
    if (random.happens(0.3)) return;
    world.scheduler.after(random.between(10, 100_000), 'late event', () =>
      insert(world, user, { id, summary: 'announced long after', ...at(2_000), conferenceData: ours(conferenceId) }),
    );
  },
  /** A series has a conference again, or another, whose occurrences changed under one that is forgotten. */
  seriesAgain: ({ world, random, user, conferenceId }) => {
    const series = random.pick(standing(world, user).filter(({ recurrence }) => recurrence !== undefined));
    if (series === undefined) return;
    const occurrence = random.pick(occurrencesOf(world, user, idOf(series)));
    if (occurrence !== undefined && random.happens(0.5))
      patch(world, user, idOf(occurrence), { conferenceData: random.happens(0.5) ? null : ours(conferenceId) });
    patch(world, user, idOf(series), { conferenceData: ours(conferenceId) });
  },
  conferenceAgain: ({ world, random, user, conferenceId }) => {
    const event = random.pick(standing(world, user));
    if (event !== undefined) patch(world, user, idOf(event), { conferenceData: ours(conferenceId) });
  },
};

const ACTS = 5;

/** See the file's head. */
export async function sleepLong(world: World, random: Random, ms: number): Promise<void> {
  await doSome(world, random, ENDINGS);
  world.history.add(world.scheduler.now, 'WORLD', `nobody does anything for ${Math.round(ms / 86_400_000)} days`);
  await runFor(world, ms);
  await doSome(world, random, AWAKENINGS);
}

async function doSome(world: World, random: Random, acts: Acts): Promise<void> {
  for (let act = 0; act < ACTS && world.judges.violation === undefined; act++) {
    const conferenceId = random.pick(world.judges.forgetting.conferenceIds()) ?? `after-${act}`;
    const user = random.pick(world.registered) ?? world.registered[0];
    random.pick(Object.values(acts))?.({ world, random, user, conferenceId });
    await world.scheduler.drain();
    await runFor(world, random.between(0, random.happens(0.5) ? 2_000 : 120_000));
  }
}

function organized(world: World, user: string): readonly JsonObject[] {
  return world.calendar
    .events(user)
    .filter((body) => body.recurringEventId === undefined && body.start !== undefined && isOrganizers(body, user));
}

function standing(world: World, user: string): readonly JsonObject[] {
  return organized(world, user).filter(({ status }) => status !== 'cancelled');
}

function idOf(event: JsonObject): string {
  return textAt(event, 'id') ?? '';
}
