import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf, departureIdOf } from '../../../shared/domain/ids.ts';
import {
  type BindingRecord,
  isCancelledOccurrence,
  isDeparture,
  isReference,
  type Refused,
} from '../../../shared/domain/state/records.ts';
import { binding } from '../build.ts';

const of = (changes: Partial<BindingRecord>): BindingRecord => binding('s_1', 'c', { kind: 'occurrence', ...changes });

const CANCELLATION: Refused = { what: 'occurrence_cancelled', hashes: {}, changed: [] };

describe('an occurrence is known to be cancelled', () => {
  test.each<[string, Partial<BindingRecord>]>([
    ['when it is gone', { state: 'gone' }],
    ['when its cancellation was refused', { state: 'failed', refused: CANCELLATION }],
  ])('%s', (_, changes) => {
    expect(isCancelledOccurrence(of(changes))).toBe(true);
  });
});

describe('it is not', () => {
  test.each<[string, Partial<BindingRecord>]>([
    ['when it takes part', { state: 'live' }],
    ['when it takes part, whatever was refused before', { state: 'live', refused: CANCELLATION }],
    [
      'when a change of it was refused',
      { state: 'failed', refused: { what: 'occurrence_updated', hashes: { title: 'h' }, changed: ['title'] } },
    ],
    ['when it is not known what was refused', { state: 'failed', refused: null }],
    ['when it is an event of its own', { kind: 'event', state: 'gone' }],
    ['when it is an event of its own that was refused', { kind: 'event', state: 'failed', refused: CANCELLATION }],
  ])('%s', (_, changes) => {
    expect(isCancelledOccurrence(of(changes))).toBe(false);
  });
});

test('a departure is known by its id', () => {
  const id = departureIdOf('s_1', conferenceKeyOf('c'));
  expect(isDeparture(of({ id, state: 'gone' }))).toBe(true);
  expect(isDeparture(of({ state: 'gone' }))).toBe(false);
  expect(isDeparture(of({ id: departureIdOf('s_1', conferenceKeyOf('d')) }))).toBe(false);
});

test.each<[BindingRecord['state'], boolean]>([
  ['live', true],
  ['failed', true],
  ['announced', false],
  ['gone', false],
])('an event whose binding is %s keeps its conference alive: %s', (state, keeps) => {
  expect(isReference(binding('e', 'c', { state }))).toBe(keeps);
  expect(isReference(of({ state }))).toBe(false);
});
