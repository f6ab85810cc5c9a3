/** A company runs the service beside its old synchronisation in shadow mode, reads what would have been sent, and then goes live. */
import { expect, test } from '@jest/globals';
import { createShadowBackend } from '../../shared/adapters/shadow/shadow-backend.ts';
import { requestSync } from '../../shared/flow/calendars/command-calendar.ts';
import { ALICE, ALICES, meeting, ours } from '../domain/build.ts';
import { World } from './world.ts';

/** What the log says would have been sent: type and names of changed fields. */
const said = (world: World): unknown[] =>
  world.lines.filter((line) => line.line === 'shadow-delivery').map((line) => [line.type, line.changed ?? line.reason]);

async function edit(world: World, ...items: Parameters<World['put']>[1][]): Promise<void> {
  for (const item of items) world.put(ALICE, item);
  await world.notify(ALICE);
  await world.work();
}

test('nothing is sent and each change is said once; after going live a resend tells how things are, and edits are followed', async () => {
  const world = new World();
  const live = world.services.conferences;
  Object.assign(world.services, { conferences: createShadowBackend(world.services.log) });
  world.put(ALICE, meeting('kept', ours('c1')));
  world.put(ALICE, meeting('deleted', ours('c2')));
  await world.register(ALICE);
  await edit(world, { ...meeting('kept', ours('c1')), summary: 'Renamed' });
  await edit(world, { id: 'deleted', status: 'cancelled' });
  for (let minute = 0; minute < 5; minute++) {
    await world.clock.runTo(world.clock.now() + 60_000);
    await world.renew();
  }
  expect(world.told).toEqual([]);
  expect(said(world)).toEqual([
    ['conference.updated', expect.arrayContaining(['title', 'start'])],
    ['conference.updated', expect.arrayContaining(['title', 'start'])],
    ['conference.updated', ['title']],
    ['conference.cancelled', expect.any(String)],
  ]);

  Object.assign(world.services, { conferences: live });
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await world.work();
  const updates = world.told.filter(({ change }) => change.type === 'conference.updated');
  expect(updates.map(({ change }) => change.data)).toEqual([
    expect.objectContaining({ conferenceId: 'c1', event: expect.objectContaining({ title: 'Renamed' }) }),
  ]);
  await edit(world, { ...meeting('kept', ours('c1')), summary: 'Renamed again' });
  expect(world.told.at(-1)?.change.data).toMatchObject({ changed: ['title'], event: { title: 'Renamed again' } });
});
