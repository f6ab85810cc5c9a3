/** A series that comes to a conference: what the conference is told of the occurrences that were there already. */
import { describe, expect, test } from '@jest/globals';
import { bindingIdOf, conferenceKeyOf, departureIdOf } from '../../../shared/domain/ids.ts';
import { adoptOccurrences } from '../../../shared/domain/plan/adopt-occurrences.ts';
import type { Ledger } from '../../../shared/domain/plan/ledger.ts';
import type { BindingRecord, ConferenceRecord, Pending } from '../../../shared/domain/state/records.ts';
import { BOBS, binding, led, ledgerOf, NOW, occurrenceId } from '../build.ts';

const C = conferenceKeyOf('c');
const D = conferenceKeyOf('d');
const ID = occurrenceId('s', 3);
const PENDING: Pending = {
  revision: 1,
  what: 'updated',
  changed: [],
  hashes: { title: 'h' },
  restored: false,
  seenAt: NOW,
};

/** An occurrence of the series that is on record, carrying this conference. */
function occurrence(of: 'c' | 'd', changes: Partial<BindingRecord>): BindingRecord {
  return binding(ID, of, { recurringEventId: 's', ...changes });
}

/** The ledger after the series has come to conference c, which Alice leads unless told otherwise. */
function adopted(known: BindingRecord, c: Partial<ConferenceRecord> = {}): Ledger {
  const own = known.conference === C && known.kind === 'event' ? 2 : 1;
  const ledger = ledgerOf([binding('s', 'c'), known], [led('c', own, c), led('d', 1)]);
  adoptOccurrences(ledger, 's', C);
  return ledger;
}

const own = (ledger: Ledger): BindingRecord | undefined => ledger.binding(bindingIdOf(ID));
const departure = (ledger: Ledger): BindingRecord | undefined => ledger.binding(departureIdOf(ID, C));

describe('an occurrence with a conference of its own', () => {
  test('has left the series: its conference is told that it takes no part', () => {
    const ledger = adopted(occurrence('d', { kind: 'event' }));
    expect(departure(ledger)).toMatchObject({
      state: 'gone',
      conference: C,
      recurringEventId: 's',
      pending: { what: 'occurrence_cancelled' },
    });
    expect(own(ledger)).toMatchObject({ kind: 'event', conference: D, state: 'live' });
  });

  test('whose change waits to be sent has left too', () => {
    expect(departure(adopted(occurrence('d', { kind: 'event', pending: PENDING })))).toBeDefined();
  });

  test('that is about to be read anyway is judged by that reading', () => {
    const pending = { ...PENDING, hashes: {} };
    expect(departure(adopted(occurrence('d', { kind: 'event', pending })))).toBeUndefined();
  });

  test('is not told to a conference that another calendar leads, and kept for the day on which this one leads', () => {
    const ledger = adopted(occurrence('d', { kind: 'event' }), { leader: BOBS });
    expect(departure(ledger)).toMatchObject({ state: 'gone', pending: null });
  });
});

describe('an occurrence that has carried this conference by itself', () => {
  test('is a part of the series from now on, and counts no more', () => {
    const ledger = adopted(occurrence('c', { kind: 'event', delivered: { title: 'h' } }));
    expect(own(ledger)).toMatchObject({
      kind: 'occurrence',
      state: 'live',
      pending: { what: 'occurrence_updated' },
      delivered: null,
      expireAt: null,
    });
    expect(ledger.conference(C)).toMatchObject({ liveCount: 1, leadingCount: 1 });
  });

  test('owes nothing where another calendar leads', () => {
    const ledger = adopted(occurrence('c', { kind: 'event', pending: PENDING }), { leader: BOBS, leadingCount: 0 });
    expect(own(ledger)).toMatchObject({ kind: 'occurrence', state: 'live', pending: null });
  });
});

describe('an occurrence without a conference of its own', () => {
  test('that was cancelled takes no part in this conference either', () => {
    const known = occurrence('d', { kind: 'occurrence', state: 'gone', delivered: { title: 'h' }, expireAt: NOW });
    expect(own(adopted(known))).toMatchObject({
      conference: C,
      state: 'gone',
      pending: { what: 'occurrence_cancelled' },
      delivered: null,
      expireAt: null,
    });
  });

  test('whose cancellation was refused is told of anew', () => {
    const known = occurrence('d', {
      kind: 'occurrence',
      state: 'failed',
      refused: { what: 'occurrence_cancelled', hashes: {}, changed: [] },
    });
    expect(own(adopted(known))).toMatchObject({ conference: C, state: 'gone', refused: null });
  });

  test('that takes part is left to the page that shows it', () => {
    const known = occurrence('d', { kind: 'occurrence', state: 'live' });
    expect(own(adopted(known))).toEqual(known);
  });

  test('that has left another conference has not left this one', () => {
    const id = departureIdOf(ID, D);
    const known = occurrence('d', { id, kind: 'occurrence', state: 'gone' });
    const ledger = adopted(known);
    expect(ledger.binding(id)).toEqual(known);
    expect(departure(ledger)).toBeUndefined();
  });
});
