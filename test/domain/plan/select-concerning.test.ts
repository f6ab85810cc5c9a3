import { describe, expect, test } from '@jest/globals';
import { hashFields } from '../../../shared/domain/event/event-fields.ts';
import { type BindingId, bindingIdOf } from '../../../shared/domain/ids.ts';
import { seriesIdOf } from '../../../shared/domain/plan/plan.ts';
import { selectConcerning } from '../../../shared/domain/plan/select-concerning.ts';
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
  ours,
  read,
  rules,
  series,
  tombstone,
} from '../build.ts';

/** The ids of what is selected, given these records. */
function select(items: readonly Item[], records: readonly BindingRecord[] = []): string[] {
  const bindings = new Map<BindingId, BindingRecord>(records.map((record) => [record.id, record]));
  const events = items.map((item) => read(item));
  const selected = selectConcerning(
    events,
    (event) => {
      const own = bindings.get(bindingIdOf(event.id));
      return { own, series: bindings.get(bindingIdOf(seriesIdOf(event, own) ?? '')) };
    },
    rules(),
    null,
  );
  return selected.map(({ id }) => id);
}

const SERIES = series('s', ours('c'));
const BOUND = binding('s', 'c', { delivered: hashFields(live(SERIES), FIELDS, 'hash-key') });

describe('of a page', () => {
  test('nothing is selected that neither carries a conference of ours nor is on record', () => {
    expect(select([meeting('m'), tombstone('n'), exception('t', 3), cancelledOccurrence('t', 4)])).toEqual([]);
  });

  test('nothing is selected that is as recorded', () => {
    expect(select([SERIES], [BOUND])).toEqual([]);
  });

  test('a series comes before its occurrences, in whatever order they were listed', () => {
    expect(select([exception('s', 3, ours('c')), SERIES])).toEqual(['s', occurrenceId('s', 3)]);
  });

  test('a cancelled occurrence is drawn in by the new series on its page', () => {
    expect(select([cancelledOccurrence('s', 3), SERIES])).toEqual(['s', occurrenceId('s', 3)]);
    expect(select([cancelledOccurrence('s', 3), series('s')])).toEqual([]);
  });

  test('an occurrence that is as recorded is drawn in when its series changes conferences', () => {
    const told = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', state: 'gone', recurringEventId: 's' });
    const replaced = series('s', ours('new'));
    expect(select([cancelledOccurrence('s', 3), replaced], [BOUND, told])).toEqual(['s', occurrenceId('s', 3)]);
    expect(select([tombstone(occurrenceId('s', 3)), replaced], [BOUND, told])).toEqual(['s', occurrenceId('s', 3)]);
  });

  test('an occurrence that is as recorded is left alone when its series is only renamed', () => {
    const told = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', state: 'gone', recurringEventId: 's' });
    const renamed = series('s', ours('c'), { summary: 'Renamed' });
    expect(select([cancelledOccurrence('s', 3), renamed], [BOUND, told])).toEqual(['s']);
  });
});
