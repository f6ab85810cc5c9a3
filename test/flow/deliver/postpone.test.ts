/** Putting off: nothing of a conference is due again too early, and nothing that was later comes earlier. */
import { beforeEach, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { newConference } from '../../../shared/domain/state/new-record.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { postpone } from '../../../shared/flow/deliver/postpone.ts';
import { ALICE, ALICES, HOUR, NOW } from '../../domain/build.ts';
import { World } from '../world.ts';

const CONFERENCE = conferenceKeyOf('c1');
const AT = NOW + HOUR;

let world: World;

beforeEach(() => {
  world = new World();
});

async function postponed(changes: Partial<ConferenceRecord>): Promise<ConferenceRecord | undefined> {
  await world.store.transact(async (tx) => tx.putConference({ ...newConference('c1', NOW), ...changes }));
  await postpone(world.services, CONFERENCE, HOUR);
  return world.store.conference(CONFERENCE);
}

const orphan = (readAt: number): ConferenceRecord['orphan'] => ({
  calendar: ALICES,
  calendarId: ALICE,
  eventId: 'e1',
  reason: 'event_deleted',
  seenAt: NOW,
  readAt,
  askedElsewhereAt: null,
});
const sending = (until: number) => ({ owner: 'a sender', until });

test.each<[string, Partial<ConferenceRecord>, Partial<ConferenceRecord>]>([
  ['a retry', { retryAt: NOW }, { retryAt: AT, dueAt: AT }],
  ['a retry that is later anyway', { retryAt: AT + 1 }, { retryAt: AT + 1, dueAt: AT + 1 }],
  ['no retry where there is none', { retryAt: null }, { retryAt: null, dueAt: null }],
  ['a grace', { state: 'orphaned', orphan: orphan(NOW) }, { orphan: orphan(AT), retryAt: null, dueAt: AT }],
  ['a grace that is longer anyway', { orphan: orphan(AT + 1) }, { orphan: orphan(AT + 1) }],
  ['a sender who is dead, by a retry', { sending: sending(NOW) }, { sending: null, retryAt: AT, dueAt: AT }],
  ['nobody who still sends', { sending: sending(NOW + 1) }, { sending: sending(NOW + 1), retryAt: null }],
])('puts off %s', async (_, before, after) => {
  expect(await postponed(before)).toMatchObject(after);
});

test('makes no conference where there is none', async () => {
  await postpone(world.services, CONFERENCE, HOUR);
  expect(await world.store.conference(CONFERENCE)).toBeUndefined();
});
