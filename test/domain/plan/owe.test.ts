/** What a new leader owes, part by part. */
import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf, departureIdOf } from '../../../shared/domain/ids.ts';
import { owePart } from '../../../shared/domain/plan/owe.ts';
import type { BindingRecord, Owed } from '../../../shared/domain/state/records.ts';
import { binding, FIELDS, led, ledgerOf, NOW } from '../build.ts';

const C = conferenceKeyOf('c');
const TOLD = { title: 'hash' };
const OWED: Owed = { since: NOW - 5, kind: 'event', after: null, isAnew: false };

/** What becomes pending of a part, by event, and what is owed after it. */
function owe(owed: Owed, part: readonly BindingRecord[], isLast: boolean, others: readonly BindingRecord[] = []) {
  const ledger = ledgerOf([...part, ...others], [led('c', 1, { owed })]);
  owePart(ledger, C, part, isLast);
  const pending = ledger.changes().bindings.map((one) => [one.eventId, one.pending?.what, one.pending?.changed.length]);
  return { pending, owed: ledger.conference(C)?.owed };
}

function occurrence(id: string, changes: Partial<BindingRecord> = {}): BindingRecord {
  return binding(id, 'c', { kind: 'occurrence', recurringEventId: 's', ...changes });
}

describe('references', () => {
  test('of which nothing is delivered or pending are owed all fields', () => {
    const pending = { revision: 1, what: 'updated', changed: [], hashes: {}, restored: false, seenAt: NOW } as const;
    const part = [
      binding('e', 'c'),
      binding('told', 'c', { delivered: TOLD }),
      binding('on its way', 'c', { pending }),
    ];
    expect(owe(OWED, part, false).pending).toEqual([['e', 'updated', FIELDS.length]]);
  });

  test('that were told before others led are owed all the same', () => {
    const part = [binding('told', 'c', { delivered: TOLD })];
    expect(owe({ ...OWED, isAnew: true }, part, true).pending).toEqual([['told', 'updated', FIELDS.length]]);
  });

  test('are gone through part by part, and followed by the occurrences', () => {
    const part = [binding('e1', 'c'), binding('e2', 'c')];
    expect(owe(OWED, part, false).owed).toEqual({ ...OWED, after: part[1]?.id });
    expect(owe({ ...OWED, after: part[0]?.id ?? null }, part.slice(1), true).owed).toEqual({
      ...OWED,
      kind: 'occurrence',
    });
  });
});

describe('occurrences', () => {
  const owed: Owed = { ...OWED, kind: 'occurrence' };
  const series = binding('s', 'c', { delivered: TOLD });

  test('that deviate from a series of the conference are owed, cancelled or not', () => {
    const part = [
      occurrence('moved'),
      occurrence('told', { delivered: TOLD }),
      occurrence('cancelled', { state: 'gone' }),
      occurrence('refused', { state: 'failed', refused: { what: 'occurrence_cancelled', hashes: {}, changed: [] } }),
      occurrence('left', { id: departureIdOf('left', C), state: 'gone' }),
    ];
    const found = owe(owed, part, true, [series]);
    expect(found.pending).toEqual([
      ['moved', 'occurrence_updated', 3],
      ['cancelled', 'occurrence_cancelled', 0],
      ['refused', 'occurrence_cancelled', 0],
      ['left', 'occurrence_cancelled', 0],
    ]);
    expect(found.owed).toBeNull();
  });

  test('that were set aside are not forgotten once they are owed', () => {
    const ledger = ledgerOf(
      [occurrence('aside', { state: 'gone', expireAt: NOW + 1 }), series],
      [led('c', 1, { owed })],
    );
    owePart(ledger, C, [occurrence('aside', { state: 'gone', expireAt: NOW + 1 })], true);
    expect(ledger.changes().bindings).toMatchObject([{ eventId: 'aside', expireAt: null }]);
  });

  test.each([
    ['is not known', []],
    ['carries another conference', [binding('s', 'd')]],
    ['is gone', [binding('s', 'c', { state: 'gone' })]],
  ])('are not owed where their series %s', (_, others) => {
    const part = [occurrence('moved'), occurrence('cancelled', { state: 'gone' })];
    expect(owe(owed, part, false, others)).toEqual({ pending: [], owed: { ...owed, after: part[1]?.id } });
  });
});

test('where nothing is owed, nothing becomes pending', () => {
  const ledger = ledgerOf([binding('e', 'c')], [led('c', 1)]);
  owePart(ledger, C, [binding('e', 'c')], true);
  expect(ledger.changes()).toEqual({ bindings: [], deleted: [], conferences: [] });
});
