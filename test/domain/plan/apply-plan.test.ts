import { describe, expect, test } from '@jest/globals';
import { bindingIdOf } from '../../../shared/domain/ids.ts';
import { applyPlan } from '../../../shared/domain/plan/apply-plan.ts';
import { planEvent, seriesIdOf } from '../../../shared/domain/plan/plan.ts';
import type { BindingRecord, ConferenceRecord } from '../../../shared/domain/state/records.ts';
import {
  binding,
  cancelledOccurrence,
  exception,
  type Item,
  led,
  ledgerOf,
  meeting,
  NOW,
  occurrenceId,
  organizedBy,
  ours,
  read,
  rules,
  series,
  tombstone,
} from '../build.ts';

const SERIES = binding('s', 'c');
const FOLLOWER = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', recurringEventId: 's' });

describe('a plan that is applied twice in one transaction', () => {
  test.each<[string, Item, BindingRecord[], ConferenceRecord[]]>([
    ['binds once', meeting('m', ours('c')), [], []],
    [
      'binds an announced event once',
      meeting('m', ours('c')),
      [binding('m', 'c', { state: 'announced' })],
      [led('c', 0)],
    ],
    ['changes conferences once', meeting('m', ours('d')), [binding('m', 'c')], [led('c', 1)]],
    ['ends once', tombstone('m'), [binding('m', 'c')], [led('c', 1)]],
    ['releases once', meeting('m', ours('c'), organizedBy('x@example.com')), [binding('m', 'c')], [led('c', 1)]],
    ['cancels an occurrence once', cancelledOccurrence('s', 3), [SERIES, FOLLOWER], [led('c', 1)]],
    ['changes an occurrence once', exception('s', 3, ours('c')), [SERIES], [led('c', 1)]],
    ['parts an occurrence from its series once', exception('s', 3, ours('d')), [SERIES, FOLLOWER], [led('c', 1)]],
    ['ends a series once', tombstone('s'), [SERIES, FOLLOWER], [led('c', 1)]],
    ['takes the conference of a series once', series('s'), [SERIES, FOLLOWER], [led('c', 1)]],
  ])('%s', (_, item, bindings, conferences) => {
    const ledger = ledgerOf(bindings, conferences);
    const event = read(item);
    const apply = (): void => {
      const own = ledger.binding(bindingIdOf(event.id));
      const above = ledger.binding(bindingIdOf(seriesIdOf(event, own) ?? ''));
      applyPlan(ledger, event, planEvent(event, { own, series: above }, rules()));
    };
    apply();
    const once = ledger.changes();
    expect(once.conferences).not.toEqual([]);
    apply();
    expect(ledger.changes()).toEqual(once);
  });
});

test.each<[string, Item]>([
  ['is listed once more', cancelledOccurrence('s', 3)],
  ['has a conference of its own now', exception('s', 3, ours('d'))],
])('an occurrence that was set aside, and whose series goes on after all, is not forgotten if it %s', (_, item) => {
  const aside = { ...FOLLOWER, state: 'gone', expireAt: NOW + 1 } as const;
  const ledger = ledgerOf([SERIES, aside], [led('c', 1)]);
  const event = read(item);
  applyPlan(ledger, event, planEvent(event, { own: aside, series: SERIES }, rules()));
  const { bindings } = ledger.changes();
  expect(bindings.length).toBeGreaterThan(0);
  for (const { expireAt } of bindings) expect(expireAt).toBeNull();
});
