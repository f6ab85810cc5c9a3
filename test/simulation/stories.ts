/**
 * Stories that are told again and again with a crash at their first, second, third ... call, until one is too short to crash. Each is
 * small enough that a person can say what must come of it; several are what a seed once found.
 */
import { QueueUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { announceConference } from '../../shared/flow/calendars/announce-conference.ts';
import { pauseCalendar, resumeCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { removeCalendar } from '../../shared/flow/calendars/remove-calendar.ts';
import { calmWorld } from './explore.ts';
import { judgeEnd } from './judge-end.ts';
import { runFor } from './pass-time.ts';
import { at, done, insert, move, occurrencesOf, ours, patch, remove } from './requests.ts';
import { heal, rest, setUp } from './run-seed.ts';
import { StoryFates } from './story-fates.ts';
import type { World } from './world.ts';

/** What people do, and how many changes may be told of it, where that is known. */
export interface Story {
  readonly name: string;
  readonly sentMax?: number;
  readonly clocks?: { readonly databaseSkewMs: number; readonly brokerSkewMs: number };
  tell(world: World, fates: StoryFates): Promise<void>;
}

const ALICE = 'alice@example.com';
const BOB = 'bob@example.com';
const EVENT = 'a0000001';

/** Tells a story with a crash at this call (0: none); says what went wrong, and whether it was long enough to crash. */
export async function tell(
  story: Story,
  crashAt: number,
): Promise<{ readonly violation: string | undefined; readonly hasCrashed: boolean; readonly world: World }> {
  const world = calmWorld(story.clocks);
  await setUp(world);
  const fates = new StoryFates(crashAt);
  world.scheduler.fates = fates;
  await story.tell(world, fates);
  await rest(world);
  const sent = world.sent.length;
  if (crashAt === 0 && story.sentMax !== undefined && sent > story.sentMax)
    world.judges.violate(`${sent} changes were told`);
  fates.isOn = false;
  if (world.judges.violation === undefined) await heal(world, false);
  const said = world.judges.violation === undefined ? judgeEnd(world) : undefined;
  if (said !== undefined) world.judges.violate(said);
  return { violation: world.judges.violation, hasCrashed: crashAt > 0 && fates.calls >= crashAt, world };
}

/** All of them. */
export const STORIES: readonly Story[] = [
  {
    name: 'a meeting is made, renamed and deleted',
    sentMax: 3,
    async tell(world) {
      await meeting(world);
      patch(world, ALICE, EVENT, { summary: 'another title' });
      await rest(world);
      remove(world, ALICE, EVENT);
    },
  },
  {
    name: 'a meeting comes back while its cancellation cannot be delivered',
    async tell(world) {
      await meeting(world);
      world.fates.rates = { conferenceDown: 1 };
      remove(world, ALICE, EVENT);
      await pass(world, 100_000);
      patch(world, ALICE, EVENT, { status: 'confirmed' });
      await pass(world, 20_000);
      world.fates.rates = {};
    },
  },
  {
    name: 'a meeting comes back after its conference has ended, and the conference system fails at first',
    async tell(world) {
      await meeting(world);
      remove(world, ALICE, EVENT);
      await pass(world, 100_000);
      world.fates.rates = { conferenceDown: 1 };
      patch(world, ALICE, EVENT, { status: 'confirmed' });
      await pass(world, 5_000);
      patch(world, ALICE, EVENT, { summary: 'another title' });
      await pass(world, 20_000);
      world.fates.rates = {};
    },
  },
  {
    name: 'the conference system writes to the event, and is not told of it',
    sentMax: 1,
    async tell(world) {
      world.fates.rates = { eventPatch: 1 };
      await meeting(world);
      world.fates.rates = {};
    },
  },
  {
    name: 'a series and its cancelled occurrence are first seen on one page',
    async tell(world) {
      await series(world);
      cancelSecond(world);
      await rest(world);
      patch(world, ALICE, EVENT, { summary: 'another title' });
    },
  },
  {
    name: 'a series is first seen on a later page than its cancelled occurrence',
    async tell(world) {
      world.pageSize = 1;
      await series(world);
      cancelSecond(world);
    },
  },
  {
    name: 'a series is split, and its first half deleted',
    async tell(world) {
      await series(world);
      await rest(world);
      world.calendar.split(ALICE, EVENT, '2027-01-23T09:00:00Z', { summary: 'the rest' });
      done(world, ALICE, 'splits the series');
      await rest(world);
      remove(world, ALICE, EVENT);
    },
  },
  {
    name: 'an orphan is cancelled only after its grace',
    async tell(world) {
      await meeting(world);
      patch(world, ALICE, EVENT, { conferenceData: null });
      await rest(world);
    },
  },
  {
    name: 'a meeting moves to the calendar of somebody else',
    async tell(world) {
      await meeting(world);
      move(world, ALICE, EVENT, BOB);
      await rest(world);
      patch(world, BOB, EVENT, { summary: 'now of Bob' });
    },
  },
  {
    name: 'a meeting moves to another calendar of its user, and Google loses the news of where it went',
    async tell(world) {
      void world.processes.command('operator', (services) => registerCalendar(services, BOB, ALICE));
      await rest(world);
      await meeting(world);
      world.calendar.faults.set([{ kind: 'dropNotification' }]);
      move(world, ALICE, EVENT, BOB);
      world.calendar.faults.set([]);
      // Something else brings the first calendar to be listed.
      insert(world, ALICE, { id: 'a0000002', summary: 'another meeting', ...at(30) });
      await rest(world);
      const conference = world.shadow.conferences.get(conferenceKeyOf('X'));
      if (conference?.isCancelledThere === true) world.judges.violate('X was cancelled, and its event had only moved');
    },
  },
  {
    name: 'a copy goes on when the leading meeting is deleted, with what its occurrences had',
    async tell(world) {
      await meeting(world);
      await series(world, BOB, 'b0000001');
      await rest(world);
      cancelSecond(world, BOB, 'b0000001');
      await rest(world);
      remove(world, ALICE, EVENT);
    },
  },
  {
    name: 'an announced meeting comes and goes, and its conference ends with it',
    async tell(world) {
      const announced = [calendarKeyOf(ALICE), EVENT, 'X'] as const;
      void world.processes.command('addon', (services) => announceConference(services, ...announced));
      await rest(world);
      await meeting(world);
      remove(world, ALICE, EVENT);
      await rest(world);
      const conference = world.shadow.conferences.get(conferenceKeyOf('X'));
      if (conference?.state !== 'cancelled') world.judges.violate('X has not ended, and its event has come and gone');
    },
  },
  {
    name: 'a meeting is deleted and forgotten while the sync token is dead',
    async tell(world) {
      await meeting(world);
      remove(world, ALICE, EVENT);
      world.calendar.expireSyncTokens(ALICE);
      world.calendar.purgeDeleted(ALICE);
    },
  },
  {
    name: 'the sync token is dead, and the broker cannot be reached when the full listing is handed over',
    sentMax: 2,
    async tell(world, fates) {
      await meeting(world);
      world.calendar.expireSyncTokens(ALICE);
      await pass(world, 2_000);
      fates.slow = { name: 'google.list', ms: 3_000 };
      patch(world, ALICE, EVENT, { summary: 'another title' });
      await pass(world, 2_000);
      fates.failing = { name: 'queue.publish', error: new QueueUnavailable('simulated') };
    },
  },
  {
    name: 'a delivery comes back after its change was replaced, and the newer one still waits',
    async tell(world, fates) {
      await meeting(world);
      fates.slow = { name: 'conference.apply', ms: 200_000 };
      patch(world, ALICE, EVENT, { summary: 'on its way for long' });
      await pass(world, 130_000);
      world.fates.rates = { conferenceDown: 1 };
      patch(world, ALICE, EVENT, { summary: 'newer' });
      await pass(world, 60_000);
      world.fates.rates = {};
      await pass(world, 30_000);
    },
  },
  {
    name: 'a meeting is changed just after it was listed, and the clocks of broker and database differ',
    clocks: { databaseSkewMs: 200, brokerSkewMs: -200 },
    async tell(world) {
      await meeting(world);
      await pass(world, 2_000);
      patch(world, ALICE, EVENT, { summary: 'listed' });
      await pass(world, 255);
      patch(world, ALICE, EVENT, { summary: 'not listed any more' });
    },
  },
  {
    name: 'the broker cannot be reached when a notification comes',
    async tell(world, fates) {
      await meeting(world);
      fates.failing = { name: 'queue.publish', error: new QueueUnavailable('simulated') };
      patch(world, ALICE, EVENT, { summary: 'another title' });
    },
  },
  {
    name: 'the database cannot be reached when a message comes',
    async tell(world, fates) {
      await meeting(world);
      fates.failing = { name: 'store.transact', error: new StoreUnavailable('simulated') };
      patch(world, ALICE, EVENT, { summary: 'another title' });
    },
  },
  {
    name: 'a meeting is changed while its calendar is being listed',
    async tell(world, fates) {
      await meeting(world);
      await pass(world, 2_000);
      fates.slow = { name: 'conference.apply', ms: 3_000 };
      patch(world, ALICE, EVENT, { summary: 'listed' });
      await pass(world, 2_000);
      patch(world, ALICE, EVENT, { summary: 'not listed any more' });
    },
  },
  {
    name: 'a series whose rule yields nothing any more has no conference',
    async tell(world) {
      await series(world);
      await rest(world);
      patch(world, ALICE, EVENT, { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270101T000000Z'] });
    },
  },
  {
    name: 'a user changes the event while the conference system writes to it',
    async tell(world, fates) {
      world.fates.rates = { eventPatch: 1 };
      fates.slow = { name: 'conference.apply', ms: 3_000 };
      insert(world, ALICE, { id: EVENT, summary: 'a meeting', ...at(24), conferenceData: ours('X') });
      await pass(world, 1_500);
      patch(world, ALICE, EVENT, { summary: 'changed by hand' });
      await pass(world, 30_000);
      world.fates.rates = {};
    },
  },
  {
    name: 'a worker that was overtaken goes on with what it has at hand',
    async tell(world, fates) {
      fates.slow = { name: 'conference.apply', ms: 200_000 };
      insert(world, ALICE, { id: EVENT, summary: 'a meeting', ...at(24), conferenceData: ours('X') });
      await pass(world, 150_000);
      world.fates.rates = { conferenceDown: 1 };
      patch(world, ALICE, EVENT, { summary: 'newer' });
      await pass(world, 49_500);
      world.fates.rates = {};
      await pass(world, 30_000);
    },
  },
  {
    name: 'a series comes to another conference, and nobody is shown its cancelled occurrence again',
    async tell(world) {
      await deviatingSeries(world);
      patch(world, ALICE, EVENT, { conferenceData: ours('Y') });
    },
  },
  {
    name: 'a series loses its conference, gets another later, and nobody is shown its cancelled occurrence again',
    async tell(world) {
      await deviatingSeries(world);
      patch(world, ALICE, EVENT, { conferenceData: null });
      await rest(world);
      patch(world, ALICE, EVENT, { conferenceData: ours('Y') });
    },
  },
  {
    name: 'an occurrence has a conference of its own before its series has one',
    async tell(world) {
      world.calendar.configure({ exceptionsComeAgain: false });
      await series(world, ALICE, EVENT, null);
      const [, second] = occurrencesOf(world, ALICE, EVENT);
      if (typeof second?.id === 'string') patch(world, ALICE, second.id, { conferenceData: ours('own') });
      await rest(world);
      patch(world, ALICE, EVENT, { conferenceData: ours('X') });
    },
  },
  {
    name: 'the calendar of a leading meeting is removed while a copy is about, and registered again',
    async tell(world) {
      await meeting(world);
      insert(world, BOB, { id: 'b0000001', summary: 'a copy', ...at(30), conferenceData: ours('X') });
      await rest(world);
      world.absences.leave(ALICE);
      world.truth.forget(ALICE);
      await Promise.race([
        world.processes.command('operator', (services) =>
          removeCalendar(services, calendarKeyOf(ALICE), services.clock.now() + services.policy.syncBudgetMs.upkeep),
        ),
        pass(world, 20_000),
      ]);
      patch(world, BOB, 'b0000001', { summary: 'the copy goes on' });
      await rest(world);
      world.absences.comeBack(ALICE, world.scheduler.now);
      void world.processes.command('operator', (services) => registerCalendar(services, ALICE, ALICE));
    },
  },
  {
    name: 'a listing lags behind the notification that asked for it',
    async tell(world) {
      await meeting(world);
      await pass(world, 20_000);
      world.calendar.faults.add({ kind: 'laggingList', next: 1, lagMs: 10_000 });
      patch(world, ALICE, EVENT, { summary: 'not shown at first' });
    },
  },
  {
    name: 'a meeting is private while our access shows nothing of such meetings',
    async tell(world) {
      await meeting(world);
      patch(world, ALICE, EVENT, { visibility: 'private' });
      await rest(world);
      world.hidePrivate(ALICE, true);
      patch(world, ALICE, EVENT, { summary: 'hidden' });
      await pass(world, 120_000);
      world.hidePrivate(ALICE, false);
      patch(world, ALICE, EVENT, { summary: 'shown again' });
    },
  },
  {
    name: 'a meeting is deleted, and its calendar paused before the grace is over',
    async tell(world) {
      await meeting(world);
      remove(world, ALICE, EVENT);
      await pass(world, 5_000);
      await Promise.race([
        world.processes.command('operator', (services) => pauseCalendar(services, calendarKeyOf(ALICE))),
        pass(world, 5_000),
      ]);
      await pass(world, 120_000);
      void world.processes.command('operator', (services) => resumeCalendar(services, calendarKeyOf(ALICE)));
    },
  },
  {
    name: 'a calendar is paused in the middle of a sync, and resumed',
    async tell(world, fates) {
      // Long enough that the pause falls into it, however many calls come before.
      fates.slow = { name: 'google.list', ms: 3_000 };
      insert(world, ALICE, { id: EVENT, summary: 'a meeting', ...at(24), conferenceData: ours('X') });
      await pass(world, 1_500);
      await Promise.race([
        world.processes.command('operator', (services) => pauseCalendar(services, calendarKeyOf(ALICE))),
        pass(world, 5_000),
      ]);
    },
  },
];

async function meeting(world: World): Promise<void> {
  insert(world, ALICE, { id: EVENT, summary: 'a meeting', ...at(24), conferenceData: ours('X') });
  await rest(world);
}

/** A series of which one occurrence is cancelled, on a calendar that shows an exception only where it has changed itself. */
async function deviatingSeries(world: World): Promise<void> {
  world.calendar.configure({ exceptionsComeAgain: false });
  await series(world);
  await rest(world);
  cancelSecond(world);
  await rest(world);
}

async function series(world: World, user = ALICE, id = EVENT, conferenceId: string | null = 'X'): Promise<void> {
  insert(world, user, {
    id,
    summary: 'a series',
    ...at(24),
    recurrence: ['RRULE:FREQ=DAILY;COUNT=6'],
    ...(conferenceId !== null && { conferenceData: ours(conferenceId) }),
  });
}

function cancelSecond(world: World, user = ALICE, id = EVENT): void {
  const [, second] = occurrencesOf(world, user, id);
  if (typeof second?.id === 'string') remove(world, user, second.id);
}

/** Lets time pass. */
async function pass(world: World, ms: number): Promise<void> {
  await runFor(world, ms);
}
