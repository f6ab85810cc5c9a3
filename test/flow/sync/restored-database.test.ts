/** Our database is restored from a backup: what it knows is old, and receivers drop what is not above their last revision. */
import { expect, test } from '@jest/globals';
import { requestSync } from '../../../shared/flow/calendars/command-calendar.ts';
import { ALICE, ALICES, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;

/** The title that a receiver holds which keeps to docs/webhook.md. */
function titleThere(world: World): string | null | undefined {
  let last = 0;
  let title: string | null | undefined;
  for (const { change, outcome } of world.told) {
    if (outcome.kind !== 'done' || change.data.revision <= last) continue;
    last = change.data.revision;
    if (change.type === 'conference.updated') title = change.data.event.title;
  }
  return title;
}

async function minutes(world: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

async function rename(world: World, summary: string): Promise<void> {
  world.put(ALICE, meeting('e', ours('c'), { summary, etag: `"${summary}"` }));
  await world.notify(ALICE);
  await world.work();
}

test('a change after it reaches the receiver at once', async () => {
  const world = new World();
  const backup = await twentyChangesAfterABackup(world);
  await restore(world, backup);
  await rename(world, 'The last word');
  expect(titleThere(world)).toBe('The last word');
});

test('what had been pending in the backup reaches it once everything is sent again', async () => {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'transient', reason: 'down' });
  await rename(world, 'Pending');
  const backup = await read(world);
  expect(backup.binding?.pending).not.toBeNull();
  world.answer = () => ({ kind: 'done' });
  await minutes(world, 3);
  for (const title of ['Later', 'Pending']) await rename(world, title);
  const shown = world.told.length;
  await restore(world, backup);
  await world.clock.runUntilDone(requestSync(world.services, ALICES, { full: true, resend: true }));
  await world.work();
  await minutes(world, 3);
  const again = world.told.slice(shown).map(({ change }) => change.data.revision);
  expect(again.at(-1)).toBeGreaterThan(
    Math.max(...world.told.slice(0, shown).map(({ change }) => change.data.revision)),
  );
  expect(titleThere(world)).toBe('Pending');
});

type Backup = Awaited<ReturnType<typeof read>>;

async function read(world: World) {
  const [calendar, binding, conference] = [
    await world.calendar(ALICE),
    await world.binding(ALICE, 'e'),
    await world.conference('c'),
  ];
  return { calendar, binding, conference };
}

async function restore(world: World, { calendar, binding, conference }: Backup): Promise<void> {
  await world.store.transact(async (tx) => {
    tx.putCalendar(calendar);
    if (binding !== undefined) tx.putBinding(binding);
    tx.putConference(conference);
  });
}

async function twentyChangesAfterABackup(world: World): Promise<Backup> {
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  const backup = await read(world);
  for (let n = 1; n <= 20; n++) {
    await rename(world, `Title ${n}`);
    await world.clock.runTo(world.clock.now() + MINUTE);
  }
  return backup;
}
