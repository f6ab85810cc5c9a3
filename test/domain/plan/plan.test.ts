import { describe, expect, test } from '@jest/globals';
import { hashFields } from '../../../shared/domain/event/event-fields.ts';
import {
  confirmEnd,
  isAsRecorded,
  type Plan,
  planEvent,
  seriesIdOf,
  seriesToAskAbout,
} from '../../../shared/domain/plan/plan.ts';
import type { BindingRecord } from '../../../shared/domain/state/records.ts';
import {
  binding,
  cancelledOccurrence,
  exception,
  FIELDS,
  type Item,
  live,
  meeting,
  occurrenceId,
  organizedBy,
  ours,
  read,
  rules,
  series,
  theirs,
  tombstone,
} from '../build.ts';

const hashes = (item: Item) => hashFields(live(item), FIELDS, 'hash-key');

function plan(item: Item, own?: BindingRecord, seriesBinding?: BindingRecord): Plan {
  return planEvent(read(item), { own, series: seriesBinding }, rules());
}

describe('whether the records say already what the plan wants', () => {
  const event = meeting('m', ours('c'));
  const reference = plan(event);
  const known = binding('m', 'c', { delivered: hashes(event) });

  test('they do for a reference whose content is delivered', () => {
    expect(isAsRecorded(reference, known, null)).toBe(true);
  });

  test.each<[string, Partial<BindingRecord>]>([
    ['differs', { delivered: hashes(meeting('m', ours('c'), { summary: 'Other' })) }],
    ['was never delivered', { delivered: null }],
    ['is pending', { pending: { revision: 1, what: 'updated', changed: [], hashes: {}, restored: false, seenAt: 0 } }],
    ['was refused', { state: 'failed' }],
    ['is announced', { state: 'announced' }],
    ['is gone', { state: 'gone' }],
    ['is that of an occurrence', { kind: 'occurrence' }],
    ['is of another conference', { conference: binding('m', 'd').conference }],
  ])('they do not for one that %s', (_, changes) => {
    expect(isAsRecorded(reference, { ...known, ...changes }, null)).toBe(false);
  });

  test('they do not for an unknown event, or for one that a full listing has yet to mark', () => {
    expect(isAsRecorded(reference, undefined, null)).toBe(false);
    expect(isAsRecorded(reference, known, 'sweep')).toBe(false);
    expect(isAsRecorded(reference, { ...known, lastSeenIn: 'sweep' }, 'sweep')).toBe(true);
  });

  test('they do for a cancelled occurrence that was told once', () => {
    const wanted = plan(cancelledOccurrence('s', 3), undefined, binding('s', 'c'));
    const gone = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', state: 'gone' });
    expect(isAsRecorded(wanted, gone, null)).toBe(true);
    expect(isAsRecorded(wanted, undefined, null)).toBe(false);
    expect(isAsRecorded(wanted, { ...gone, conference: binding('m', 'd').conference }, null)).toBe(false);
  });

  test('they do wherever nothing follows, and never where something ends', () => {
    expect(isAsRecorded(plan(meeting('m')), undefined, 'sweep')).toBe(true);
    expect(isAsRecorded(plan(tombstone('m'), known), known, null)).toBe(false);
    expect(isAsRecorded(plan(meeting('m', ours('c'), organizedBy('x@example.com')), known), known, null)).toBe(false);
  });
});

describe('the confirming read of the last event', () => {
  test.each([
    ['ends it for a tombstone', read(tombstone('m')), 'ends'],
    ['ends it for an event without conference', read(meeting('m')), 'ends'],
    ["ends it for another product's", read(meeting('m', theirs())), 'ends'],
    ['ends it for another one of ours', read(meeting('m', ours('d'))), 'ends'],
    ['ends it for a series that has run empty', { ...live(series('m', ours('c'))), isEmptySeries: true }, 'ends'],
    ['leaves it open for an event that carries it all the same', read(meeting('m', ours('c'))), 'unproven'],
    ['leaves it open where details are hidden', read({ id: 'm', visibility: 'private' }, 'reader'), 'unproven'],
    [
      'lets it go to another organizer who still has it',
      read(meeting('m', ours('c'), organizedBy('x@example.com'))),
      'elsewhere',
    ],
    [
      'ends it when another organizer has the event without it',
      read(meeting('m', organizedBy('x@example.com'))),
      'ends',
    ],
  ])('%s', (_, event, confirmation) => {
    expect(confirmEnd(event, 'c', rules())).toBe(confirmation);
  });
});

describe('Google is asked whether a series takes place', () => {
  const finite = { recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] };
  const known = { own: undefined, series: binding('s', 'c') };
  const ofOthers = organizedBy('x@example.com');
  test.each([
    ['where its rule ends', read(series('s', ours('c'), finite)), 's'],
    ['where an occurrence is excluded', read(series('s', ours('c'), { recurrence: ['EXDATE:20270201'] })), 's'],
    ['where an occurrence is cancelled', read(cancelledOccurrence('s', 3)), 's'],
    ['not of one without end', read(series('s', ours('c'))), null],
    ['not of one without a conference of ours', read(series('s', theirs(), finite)), null],
    ["not of somebody else's", read(series('s', ours('c'), finite, ofOthers)), null],
    ['not of a single event', read(meeting('m', ours('c'))), null],
    ['not where an occurrence is moved', read(exception('s', 3, ours('c'))), null],
    ['not where an occurrence lost its conference', read(exception('s', 3)), null],
  ])('%s', (_, event, id) => {
    expect(
      seriesToAskAbout(event, event.occurrence === null ? { own: undefined, series: undefined } : known, rules()),
    ).toBe(id);
  });

  test('not for the cancelled occurrence of a series that is not ours', () => {
    expect(
      seriesToAskAbout(read(cancelledOccurrence('s', 3)), { own: undefined, series: undefined }, rules()),
    ).toBeNull();
  });
});

describe('the series of an item', () => {
  test('is named by the item itself before our records, and by our records for a bare tombstone', () => {
    const own = binding(occurrenceId('s', 3), 'c', { recurringEventId: 'recorded' });
    expect(seriesIdOf(read(exception('s', 3)), own)).toBe('s');
    expect(seriesIdOf(read(tombstone(occurrenceId('s', 3))), own)).toBe('recorded');
    expect(seriesIdOf(read(tombstone(occurrenceId('s', 3))), undefined)).toBeNull();
  });
});
