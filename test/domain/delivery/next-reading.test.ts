import { expect, test } from '@jest/globals';
import { nextReading, type Reading } from '../../../shared/domain/delivery/next-reading.ts';
import type { BindingRecord, ConferenceRecord, Pending } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, BOBS, binding, led, NOW } from '../build.ts';

const LAST = { calendar: BOBS, calendarId: ALICE, eventId: 'last', reason: 'event_deleted', seenAt: NOW } as const;
const ORPHAN: Partial<ConferenceRecord> = {
  state: 'orphaned',
  orphan: { ...LAST, readAt: NOW, askedElsewhereAt: null },
};
const CANCELLED_AT_5: Partial<ConferenceRecord> = { ...ORPHAN, cancellation: { ...LAST, revision: 5 } };

function pending(eventId: string, revision: number, calendar = ALICES): BindingRecord {
  const change: Pending = { revision, what: 'updated', changed: [], hashes: {}, restored: false, seenAt: NOW };
  return binding(eventId, 'c', { calendar, pending: change });
}

function inDoubt(eventId: string, calendar = ALICES): BindingRecord {
  return binding(eventId, 'c', { calendar, doubt: { since: NOW, readAt: NOW } });
}

function reading(calendar: Reading['calendar'], eventIds: string[], purpose: Reading['purpose'] = 'delivery'): Reading {
  return { calendar, eventIds, purpose };
}

test.each<[string, Partial<ConferenceRecord>, BindingRecord[], BindingRecord[], Reading | null]>([
  ['nothing, where nothing is pending', {}, [], [], null],
  ['what is pending', {}, [pending('a', 1), pending('b', 2)], [], reading(ALICES, ['a', 'b'])],
  ['an event once, whatever is pending on it', {}, [pending('a', 1), pending('a', 2)], [], reading(ALICES, ['a'])],
  ['one calendar: that of the lowest revision', {}, [pending('b', 1, BOBS), pending('a', 2)], [], reading(BOBS, ['b'])],
  ['the last event of an orphan', ORPHAN, [], [], reading(BOBS, ['last'])],
  ['nothing of an end that was refused', { ...ORPHAN, state: 'failed' }, [], [], null],
  ['nothing, where a cancellation is next', CANCELLED_AT_5, [pending('a', 6)], [], null],
  ['nothing, where a cancellation is all there is', CANCELLED_AT_5, [], [], null],
  ['what is pending before a cancellation', CANCELLED_AT_5, [pending('a', 4)], [], reading(ALICES, ['a'])],
  ['a doubt before all else', CANCELLED_AT_5, [pending('b', 1, BOBS)], [inDoubt('a')], reading(ALICES, ['a'], 'doubt')],
  ['a doubt with what is pending there', {}, [pending('a', 1)], [inDoubt('b')], reading(ALICES, ['a', 'b'], 'doubt')],
])('%s is read', (_, changes, pendings, doubtful, expected) => {
  expect(nextReading(led('c', 1, changes), pendings, doubtful)).toEqual(expected);
});
