import { describe, expect, test } from '@jest/globals';
import { Ledger } from '../../../shared/domain/plan/ledger.ts';
import { BOBS, binding, conference, led, ledgerOf, NOW, occurrenceId, terms } from '../build.ts';

describe('a ledger', () => {
  const own = binding('m', 'c');

  test('that nobody writes to has no changes', () => {
    expect(ledgerOf([own], [led('c', 1)]).changes()).toEqual({ bindings: [], deleted: [], conferences: [] });
  });

  test('shows what was read until something else is written', () => {
    const ledger = ledgerOf([own], [led('c', 1)]);
    expect(ledger.binding(own.id)).toBe(own);
    ledger.putBinding({ ...own, state: 'failed' });
    expect(ledger.binding(own.id)?.state).toBe('failed');
    ledger.deleteBinding(own);
    expect(ledger.binding(own.id)).toBeUndefined();
  });

  test('has no change for a binding that is written as it was', () => {
    const ledger = ledgerOf([own], []);
    ledger.putBinding({ ...own, state: 'failed' });
    ledger.putBinding({ ...own });
    expect(ledger.changes().bindings).toEqual([]);
  });

  test('has no change for a binding that never was and is deleted', () => {
    const ledger = ledgerOf([], []);
    ledger.putBinding(own);
    ledger.deleteBinding(own);
    expect(ledger.changes()).toEqual({ bindings: [], deleted: [], conferences: [] });
  });

  test('derives when a conference is due, whoever writes it', () => {
    const ledger = ledgerOf([], []);
    ledger.putConference(conference('c', { retryAt: NOW + 5, dueAt: null }));
    expect(ledger.changes().conferences).toMatchObject([{ dueAt: NOW + 5 }]);
  });

  test('knows the occurrences of a series as they stand now', () => {
    const one = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', recurringEventId: 's' });
    const other = binding(occurrenceId('s', 4), 'c', { kind: 'occurrence', recurringEventId: 's' });
    const ledger = ledgerOf([one, other], []);
    ledger.deleteBinding(one);
    ledger.putBinding({ ...other, state: 'gone' });
    expect(ledger.occurrencesOf('s')).toEqual([{ ...other, state: 'gone' }]);
    expect(ledger.occurrencesOf('t')).toEqual([]);
  });

  test('reads occurrences that were not read one by one', () => {
    const one = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', recurringEventId: 's' });
    const ledger = new Ledger(terms(), { bindings: [], conferences: [], occurrences: new Map([['s', [one]]]) });
    expect(ledger.binding(one.id)).toBe(one);
  });
});

describe('the gain of references', () => {
  test('counts what came, went and changed sides since the reading', () => {
    const stays = binding('stays', 'c');
    const goes = binding('goes', 'c');
    const leaves = binding('leaves', 'c');
    const ledger = ledgerOf([stays, goes, leaves], []);
    ledger.putBinding({ ...stays, state: 'failed' });
    ledger.putBinding({ ...goes, state: 'gone' });
    ledger.deleteBinding(leaves);
    ledger.putBinding(binding('comes', 'c'));
    ledger.putBinding(binding('comes too', 'c'));
    ledger.putBinding(binding('follows', 'c', { kind: 'occurrence' }));
    ledger.putBinding(binding('is announced', 'c', { state: 'announced' }));
    ledger.putBinding({ ...binding('of another calendar', 'c'), calendar: BOBS });
    expect(ledger.referenceGain(led('c', 0).key)).toBe(0);
    ledger.putBinding(binding('a third', 'c'));
    expect(ledger.referenceGain(led('c', 0).key)).toBe(1);
  });

  test('counts a binding that changed its conference on both', () => {
    const own = binding('m', 'c');
    const ledger = ledgerOf([own], []);
    ledger.putBinding(binding('m', 'd'));
    expect(ledger.referenceGain(led('c', 0).key)).toBe(-1);
    expect(ledger.referenceGain(led('d', 0).key)).toBe(1);
  });

  test('knows how a binding stands that a query found as it was', () => {
    const [stays, goes, leaves] = [binding('stays', 'c'), binding('goes', 'c'), binding('leaves', 'c')];
    const ledger = ledgerOf([stays, goes, leaves], []);
    ledger.putBinding({ ...stays, state: 'failed' });
    ledger.putBinding({ ...goes, state: 'gone' });
    ledger.deleteBinding(leaves);
    const untouched = binding('untouched', 'c');
    expect(ledger.standing(stays)?.state).toBe('failed');
    expect(ledger.standing(goes)?.state).toBe('gone');
    expect(ledger.standing(leaves)).toBeUndefined();
    expect(ledger.standing(untouched)).toBe(untouched);
  });
});
