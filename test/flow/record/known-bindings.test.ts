/** What is read about a page: each event once, each series once, and more only where the records themselves point further. */
import { describe, expect, test } from '@jest/globals';
import type { ListedEvent } from '../../../shared/domain/event/event.ts';
import { type BindingId, bindingIdOf, conferenceKeyOf, departureIdOf } from '../../../shared/domain/ids.ts';
import type { BindingRecord } from '../../../shared/domain/state/records.ts';
import { knownOf, readKnown } from '../../../shared/flow/record/known-bindings.ts';
import {
  binding,
  cancelledOccurrence,
  exception,
  meeting,
  occurrenceId,
  ours,
  read,
  tombstone,
} from '../../domain/build.ts';

const OCCURRENCE = occurrenceId('s', 3);
const C = conferenceKeyOf('c');

/** Reads what is known of these events from these records; returns each read as the ids that it asked for. */
async function readFrom(records: readonly BindingRecord[], ...events: readonly ListedEvent[]) {
  const stored = new Map(records.map((record) => [record.id, record]));
  const reads: BindingId[][] = [];
  const found = await readKnown(async (ids) => {
    reads.push([...ids]);
    return new Map(ids.flatMap((id) => [[id, stored.get(id)] as const]).filter(isFound));
  }, events);
  return { reads, found };
}

function isFound(entry: readonly [BindingId, BindingRecord | undefined]): entry is [BindingId, BindingRecord] {
  return entry[1] !== undefined;
}

const series = binding('s', 'c');
const occurrence = (conference: string, changes: Partial<BindingRecord> = {}): BindingRecord =>
  binding(OCCURRENCE, conference, { recurringEventId: 's', ...changes });
const departure: BindingRecord = {
  ...occurrence('c', { kind: 'occurrence', state: 'gone' }),
  id: departureIdOf(OCCURRENCE, C),
};

describe('one read', () => {
  test('is enough for single events', async () => {
    const known = binding('e1', 'c1');
    const { reads, found } = await readFrom([known], read(meeting('e1')), read(tombstone('e2')));
    expect(reads).toEqual([[bindingIdOf('e1'), bindingIdOf('e2')]]);
    expect([...found.values()]).toEqual([known]);
  });

  test('holds the series of an occurrence, and twice the same series once', async () => {
    const { reads, found } = await readFrom([series], read(exception('s', 3)), read(cancelledOccurrence('s', 4)));
    const [third, fourth] = [3, 4].map((day) => bindingIdOf(occurrenceId('s', day)));
    expect(reads).toEqual([[third, bindingIdOf('s'), fourth]]);
    expect([...found.values()]).toEqual([series]);
  });

  test('is enough for a bare tombstone whose series stands on the same page', async () => {
    const known = occurrence('c', { kind: 'occurrence' });
    const { reads } = await readFrom([series, known], read(tombstone(OCCURRENCE)), read(meeting('s')));
    expect(reads).toHaveLength(1);
  });

  test('is enough for an occurrence with a conference of its own whose series has none, or the same', async () => {
    const event = read(exception('s', 3, ours('d')));
    expect((await readFrom([occurrence('d')], event)).reads).toHaveLength(1);
    expect((await readFrom([binding('s', 'd'), occurrence('d')], event)).reads).toHaveLength(1);
    expect((await readFrom([{ ...series, state: 'gone' }, occurrence('d')], event)).reads).toHaveLength(1);
  });
});

describe('a second read', () => {
  test('asks for the series that only the own record of a bare tombstone knows', async () => {
    const known = occurrence('c', { kind: 'occurrence' });
    const { reads, found } = await readFrom([series, known], read(tombstone(OCCURRENCE)), read(tombstone('e2')));
    expect(reads).toEqual([[bindingIdOf(OCCURRENCE), bindingIdOf('e2')], [bindingIdOf('s')]]);
    expect([...found.keys()].sort()).toEqual([bindingIdOf(OCCURRENCE), bindingIdOf('s')].sort());
  });

  test('asks whether an occurrence with a conference of its own has left that of its series', async () => {
    const own = occurrence('d');
    const { reads, found } = await readFrom([series, own, departure], read(exception('s', 3, ours('d'))));
    expect(reads).toEqual([[bindingIdOf(OCCURRENCE), bindingIdOf('s')], [departure.id]]);
    expect([...found.values()]).toEqual([own, series, departure]);
  });
});

test('a third read asks the same of a bare tombstone', async () => {
  const own = occurrence('d');
  const { reads, found } = await readFrom([series, own, departure], read(tombstone(OCCURRENCE)));
  expect(reads).toEqual([[bindingIdOf(OCCURRENCE)], [bindingIdOf('s')], [departure.id]]);
  expect([...found.values()]).toEqual([own, series, departure]);
});

describe('what is known of an event', () => {
  const of = (event: ListedEvent, ...records: readonly BindingRecord[]) => {
    const stored = new Map(records.map((record) => [record.id, record]));
    return knownOf(event, (id) => stored.get(id));
  };

  test('of a single one is its own record', () => {
    const own = binding('e1', 'c1');
    expect(of(read(meeting('e1')), own, series)).toEqual({ own, series: undefined, departure: undefined });
  });

  test('of an occurrence is that of its series too, and that it has left it', () => {
    const own = occurrence('d');
    const known = { own, series, departure };
    expect(of(read(exception('s', 3)), own, series, departure)).toEqual(known);
    expect(of(read(tombstone(OCCURRENCE)), own, series, departure)).toEqual(known);
  });

  test('is no departure where the occurrence follows its series', () => {
    const own = occurrence('c', { kind: 'occurrence' });
    expect(of(read(exception('s', 3)), own, series, departure)).toEqual({ own, series, departure: undefined });
  });
});
