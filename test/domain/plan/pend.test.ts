import { describe, expect, test } from '@jest/globals';
import { hashFields } from '../../../shared/domain/event/event-fields.ts';
import { pend, pendContent } from '../../../shared/domain/plan/pend.ts';
import type { BindingRecord, ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { binding, FIELDS, type Item, led, ledgerOf, live, meeting, NOW, ours } from '../build.ts';

const BASE = meeting('m', ours('c'));
const hashes = (item: Item) => hashFields(live(item), FIELDS, 'hash-key');
const RENAMED = meeting('m', ours('c'), { summary: 'Renamed', etag: '"m-2"' });

/** What a sight of an item leaves in the binding and in its conference. */
function see(item: Item, bound: Partial<BindingRecord>, changes: Partial<ConferenceRecord> = {}) {
  const own = binding('m', 'c', bound);
  const ledger = ledgerOf([own], [led('c', 1, { revision: NOW + 7, ...changes })]);
  pendContent(ledger, live(item), own, 'updated', hashes(item));
  const after = ledger.binding(own.id);
  const conference = ledger.conference(own.conference);
  if (after === undefined || conference === undefined) throw new Error('a record is gone');
  return { own: after, conference };
}

describe('content that the conference system does not know', () => {
  test('becomes pending under the next revision, with the fields that differ', () => {
    const { own, conference } = see(RENAMED, { delivered: hashes(BASE) });
    expect(own.pending).toEqual({
      revision: NOW + 8,
      what: 'updated',
      changed: ['title'],
      hashes: hashes(RENAMED),
      restored: false,
      seenAt: NOW,
    });
    expect(conference).toMatchObject({ revision: NOW + 8, retryAt: NOW + 120_000, dueAt: NOW + 120_000 });
  });

  test('is due no later than what was due before', () => {
    expect(see(RENAMED, {}, { retryAt: NOW + 5 }).conference.retryAt).toBe(NOW + 5);
  });

  test('is marked as restored only while the conference system has it cancelled', () => {
    expect(see(BASE, {}, { isCancelledThere: true }).own.pending?.restored).toBe(true);
    expect(see(BASE, {}).own.pending?.restored).toBe(false);
  });
});

describe('content that is known', () => {
  test('makes nothing pending and takes no revision', () => {
    const { own, conference } = see(BASE, { delivered: hashes(BASE) });
    expect(own.pending).toBeNull();
    expect(conference.revision).toBe(NOW + 7);
  });

  test('is recognised as our own write by the etag, whatever its hashes say', () => {
    expect(see(RENAMED, { delivered: hashes(BASE), ownEtag: '"m-2"' }).own.pending).toBeNull();
  });

  test('is no echo for another etag, for no etag, or where nothing counts as delivered', () => {
    expect(see(RENAMED, { delivered: hashes(BASE), ownEtag: '"m-1"' }).own.pending).not.toBeNull();
    const bare = { ...RENAMED, etag: undefined };
    expect(see(bare, { delivered: hashes(BASE), ownEtag: null }).own.pending).not.toBeNull();
    expect(see(RENAMED, { delivered: null, ownEtag: '"m-2"' }).own.pending?.changed).toEqual(FIELDS);
  });

  test('to have been refused is not offered again until it changes', () => {
    const refused = {
      state: 'failed',
      delivered: hashes(BASE),
      refused: { what: 'updated', hashes: hashes(RENAMED), changed: ['title'] },
    } as const;
    expect(see(RENAMED, refused).own.pending).toBeNull();
    expect(see(meeting('m', ours('c'), { summary: 'Third' }), refused).own.pending?.revision).toBe(NOW + 8);
  });

  test('names also what was named when it was refused: an earlier attempt may have been applied', () => {
    const refused = {
      state: 'failed',
      delivered: hashes(BASE),
      refused: { what: 'updated', hashes: hashes(RENAMED), changed: ['title'] },
    } as const;
    const moved = meeting('m', ours('c'), { location: 'Room 2' });
    expect(see(moved, refused).own.pending?.changed).toEqual(['title', 'location']);
  });
});

describe('content that is pending already', () => {
  const waiting = see(RENAMED, { delivered: hashes(BASE) }).own;

  test('adds nothing when it is seen again', () => {
    const { own, conference } = see(RENAMED, waiting, { revision: NOW + 8 });
    expect(own).toEqual(waiting);
    expect(conference.revision).toBe(NOW + 8);
  });

  test('keeps the names of all fields that may have been sent when it changes once more', () => {
    const moved = meeting('m', ours('c'), { location: 'Room 2' });
    const { own } = see(moved, waiting, { revision: NOW + 8 });
    expect(own.pending).toMatchObject({ revision: NOW + 9, changed: ['title', 'location'], hashes: hashes(moved) });
  });

  test('is sent even if it changes back, as the first change may have arrived', () => {
    expect(see(BASE, waiting, { revision: NOW + 8 }).own.pending).toMatchObject({
      revision: NOW + 9,
      changed: ['title'],
    });
  });

  test('is not settled by the etag of an earlier write of ours', () => {
    expect(see(RENAMED, { ...waiting, ownEtag: '"m-2"' }).own.pending).toEqual(waiting.pending);
  });
});

test('nothing becomes pending for a conference that cannot be read', () => {
  const own = binding('m', 'c');
  const ledger = ledgerOf([own], []);
  pend(ledger, own, 'updated', {}, FIELDS);
  expect(ledger.changes()).toEqual({ bindings: [], deleted: [], conferences: [] });
});
