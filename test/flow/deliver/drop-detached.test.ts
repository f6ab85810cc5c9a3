/** Which pending changes of occurrences are dropped: those whose series does not carry their conference any more. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { bindingIdOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { BindingRecord, CalendarRecord, Pending } from '../../../shared/domain/state/records.ts';
import { dropDetached } from '../../../shared/flow/deliver/drop-detached.ts';
import { ALICE, ALICES, BOBS, binding, led, NOW } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const CONFERENCE = conferenceKeyOf('c');
const ID = bindingIdOf('s_1');
const PENDING: Pending = {
  revision: 1,
  what: 'occurrence_updated',
  changed: [],
  hashes: {},
  restored: false,
  seenAt: NOW,
};
const OCCURRENCE: BindingRecord = binding('s_1', 'c', {
  kind: 'occurrence',
  recurringEventId: 's',
  pending: PENDING,
});

let world: World;
let calendar: CalendarRecord;

beforeEach(async () => {
  world = new World();
  await putCalendar(world, ALICE);
  calendar = await world.calendar(ALICE);
  await world.store.transact(async (tx) => tx.putConference(led('c', 1)));
});

/** Puts these on record and drops detached; returns how many were dropped, and what is left of the occurrence. */
async function drop(...records: readonly BindingRecord[]) {
  await world.store.transact(async (tx) => {
    for (const record of records) tx.putBinding(record);
  });
  const dropped = await dropDetached(world.services, calendar, CONFERENCE);
  const left = (await world.store.transact((tx) => tx.bindings(records[0]?.calendar ?? ALICES, [ID]))).get(ID);
  return { dropped, left };
}

describe('a change is dropped', () => {
  test.each<[string, readonly BindingRecord[]]>([
    ['whose series is not on record', [OCCURRENCE]],
    ['whose series is gone', [OCCURRENCE, binding('s', 'c', { state: 'gone' })]],
    ['whose series carries another conference', [OCCURRENCE, binding('s', 'd')]],
    ['whose series is not known', [{ ...OCCURRENCE, recurringEventId: null }]],
  ])('%s', async (_, records) => {
    expect(await drop(...records)).toEqual({ dropped: 1, left: undefined });
  });

  test('of a cancelled occurrence, which stays known to be cancelled', async () => {
    const { dropped, left } = await drop({ ...OCCURRENCE, state: 'gone' });
    expect(dropped).toBe(1);
    expect(left).toMatchObject({ state: 'gone', pending: null });
  });

  test('beside one that stays', async () => {
    const other = { ...binding('t_1', 'c'), kind: 'occurrence', recurringEventId: 't', pending: PENDING } as const;
    expect(await drop(OCCURRENCE, binding('s', 'c'), { ...other, pending: { ...PENDING, revision: 2 } })).toEqual({
      dropped: 1,
      left: OCCURRENCE,
    });
  });
});

describe('a change stays', () => {
  test.each<[string, readonly BindingRecord[]]>([
    ['whose series carries the conference', [OCCURRENCE, binding('s', 'c')]],
    ['that is one of another calendar', [{ ...OCCURRENCE, calendar: BOBS }]],
    ['that is one of a single event', [{ ...OCCURRENCE, kind: 'event' }]],
  ])('%s', async (_, records) => {
    expect(await drop(...records)).toEqual({ dropped: 0, left: records[0] });
  });
});
