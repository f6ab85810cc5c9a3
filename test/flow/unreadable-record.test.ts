/** A stored conference that cannot be read: its events wait for a person, all others go on, and nothing is written over it. */
import { expect, test } from '@jest/globals';
import { RecordUnreadable } from '../../shared/domain/errors.ts';
import { conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { StoreTransaction } from '../../shared/domain/ports.ts';
import { ALICE, meeting, ours } from '../domain/build.ts';
import { World } from './world.ts';

const DAMAGED = conferenceKeyOf('c2');

/** The transaction of a store that cannot read one conference, as the Firestore store has it. */
function withDamage(tx: StoreTransaction): StoreTransaction {
  return new Proxy(tx, {
    get(target, name) {
      if (name === 'conferences') {
        return async (keys: Parameters<StoreTransaction['conferences']>[0]) =>
          target.conferences(keys.filter((key) => key !== DAMAGED));
      }
      if (name === 'putConference') {
        return (record: Parameters<StoreTransaction['putConference']>[0]) => {
          if (record.key === DAMAGED) throw new RecordUnreadable('conferences/x cannot be read');
          target.putConference(record);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

test('one conference that cannot be read stops its own event and no other of the page', async () => {
  const world = new World();
  for (const name of ['1', '2', '3']) world.put(ALICE, meeting(`e${name}`, ours(`c${name}`)));
  await world.register(ALICE);
  const before = await world.store.conference(DAMAGED);
  const { transact } = world.store;
  world.store.transact = (work) => transact.call(world.store, (tx) => work(withDamage(tx))) as ReturnType<typeof work>;
  for (const name of ['1', '2', '3']) {
    world.put(ALICE, meeting(`e${name}`, ours(`c${name}`), { summary: 'Renamed', etag: `"r${name}"` }));
  }
  const told = world.told.length;
  await world.notify(ALICE);
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'synced', counts: { recorded: 2, delivered: 2 } });
  expect(
    world.told
      .slice(told)
      .map(({ change }) => change.data.conferenceId)
      .sort(),
  ).toEqual(['c1', 'c3']);
  expect(await world.store.conference(DAMAGED)).toEqual(before);
});
