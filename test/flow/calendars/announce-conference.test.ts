/** A conference that the add-on announces for an event which carries another one, until the event is deleted. */
import { expect, test } from '@jest/globals';
import { announceConference } from '../../../shared/flow/calendars/announce-conference.ts';
import { ALICE, ALICES, meeting, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

test('both end after the grace when the event is deleted', async () => {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  await announceConference(world.services, ALICES, 'e', 'd');
  world.put(ALICE, tombstone('e'));
  await world.notify(ALICE);
  await world.work();
  for (let minute = 0; minute < 3; minute++) {
    await world.clock.runTo(world.clock.now() + 60_000);
    await world.renew();
  }
  expect((await world.conference('c')).state).toBe('cancelled');
  expect((await world.conference('d')).state).toBe('cancelled');
});
