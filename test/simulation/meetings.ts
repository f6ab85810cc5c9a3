/** The scenarios in which two workers meet: one calendar twice, two calendars with one conference, a sync against everything else. */
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { WorkMessage } from '../../shared/domain/notification/work-message.ts';
import { pauseCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import { doWork } from '../../shared/flow/do-work.ts';
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
import type { Scenario } from './explore.ts';
import { runFor } from './pass-time.ts';
import { at, insert, ours, patch, remove } from './requests.ts';
import { rest } from './run-seed.ts';
import { POLICY } from './settings.ts';
import type { World } from './world.ts';

const ALICE = 'alice@example.com';
const BOB = 'bob@example.com';
const CAROL = 'carol@example.com';
const EVENT = 'a0000001';
const COPY = 'b0000001';

/** All of them. */
export const MEETINGS: readonly Scenario[] = [
  {
    name: 'one calendar is synced twice at once',
    async prepare(world) {
      await made(world);
      quietly(world, () => patch(world, ALICE, EVENT, { summary: 'another title' }));
    },
    begin(world) {
      work(world, sync(ALICE));
      work(world, sync(ALICE));
    },
  },
  {
    name: 'two calendars with one conference, of which the leading one loses its event',
    async prepare(world) {
      await made(world);
      insert(world, BOB, { id: COPY, summary: 'a copy', ...at(30), conferenceData: ours('X') });
      await rest(world);
      quietly(world, () => {
        remove(world, ALICE, EVENT);
        patch(world, BOB, COPY, { summary: 'the copy goes on' });
      });
    },
    begin(world) {
      work(world, sync(ALICE));
      work(world, sync(BOB));
    },
  },
  {
    name: 'two calendars with one conference, of which both lose their events',
    async prepare(world) {
      await made(world);
      insert(world, BOB, { id: COPY, summary: 'a copy', ...at(30), conferenceData: ours('X') });
      await rest(world);
      quietly(world, () => {
        remove(world, ALICE, EVENT);
        remove(world, BOB, COPY);
      });
    },
    begin(world) {
      work(world, sync(ALICE));
      work(world, sync(BOB));
    },
  },
  {
    name: 'a sync meets the retry of a change that it replaces',
    async prepare(world) {
      await made(world);
      world.fates.rates = { conferenceDown: 1 };
      quietly(world, () => patch(world, ALICE, EVENT, { summary: 'not delivered' }));
      work(world, sync(ALICE));
      await runFor(world, 20_000);
      world.fates.rates = {};
    },
    begin(world) {
      quietly(world, () => patch(world, ALICE, EVENT, { summary: 'replaced' }));
      world.scheduler.now += 120_000;
      work(world, sync(ALICE));
      work(world, settle);
    },
  },
  {
    name: 'a sync meets the renewal of its channel',
    async prepare(world) {
      await made(world);
      quietly(world, () => patch(world, ALICE, EVENT, { summary: 'another title' }));
      // The other calendars have channels too, whose renewal would be more of the same.
      for (const other of [BOB, CAROL]) {
        void world.processes.command('operator', (services) => pauseCalendar(services, calendarKeyOf(other)));
      }
      await rest(world);
      world.scheduler.now += POLICY.channelTtlMs;
    },
    begin(world) {
      work(world, sync(ALICE));
      void world.processes.start('renewal', (services) => wakeDue(services, services.clock.now() + 50_000));
    },
  },
  {
    name: 'a sync meets a pause',
    async prepare(world) {
      await made(world);
      quietly(world, () => patch(world, ALICE, EVENT, { summary: 'another title' }));
    },
    begin(world) {
      work(world, sync(ALICE));
      void world.processes.start('operator', (services) => pauseCalendar(services, calendarKeyOf(ALICE)));
    },
  },
  {
    name: 'the end of a grace meets the sync that shows the event restored',
    async prepare(world) {
      await made(world);
      quietly(world, () => remove(world, ALICE, EVENT));
      work(world, sync(ALICE));
      await runFor(world, 20_000);
      world.scheduler.now += POLICY.cancelGraceMs + 1_000;
    },
    begin(world) {
      quietly(world, () => patch(world, ALICE, EVENT, { status: 'confirmed' }));
      work(world, sync(ALICE));
      work(world, settle);
    },
  },
];

const settle: WorkMessage = { kind: 'conference', conference: conferenceKeyOf('X') };

function sync(calendarId: string): WorkMessage {
  return { kind: 'sync', calendar: calendarKeyOf(calendarId), cause: 'notification' };
}

/** An event of Alice's with the conference X, known everywhere. */
async function made(world: World): Promise<void> {
  insert(world, ALICE, { id: EVENT, summary: 'a meeting', ...at(24), conferenceData: ours('X') });
  await rest(world);
  world.scheduler.now += 10_000;
}

/** Does something of which no notification comes. */
function quietly(world: World, act: () => void): void {
  world.calendar.faults.set([{ kind: 'dropNotification' }]);
  act();
  world.calendar.faults.set([]);
}

function work(world: World, message: WorkMessage): void {
  const publishedAt = world.scheduler.now + 1_000;
  void world.processes.start('worker', (services) => doWork(services, message, { lane: 'live', publishedAt }));
}
