import { describe, expect, test } from '@jest/globals';
import { applyFieldsMask, parseFieldsMask } from '../../../../sandbox/calendar/wire/fields-mask.ts';
import { ALICE, buildWorld, reasonOf } from '../world.ts';

const value = {
  kind: 'k',
  items: [
    { id: '1', start: { date: 'd', timeZone: 'z' }, summary: 's' },
    { id: '2', start: { date: 'e' } },
  ],
};

describe('a fields mask', () => {
  test.each([
    ['kind', { kind: 'k' }],
    ['items/id', { items: [{ id: '1' }, { id: '2' }] }],
    [
      'kind,items(id,start/date)',
      {
        kind: 'k',
        items: [
          { id: '1', start: { date: 'd' } },
          { id: '2', start: { date: 'e' } },
        ],
      },
    ],
    ['items(start(date, timeZone))', { items: [{ start: { date: 'd', timeZone: 'z' } }, { start: { date: 'e' } }] }],
    ['items/id,items/summary', { items: [{ id: '1', summary: 's' }, { id: '2' }] }],
    ['items/start,items/start/date', { items: [{ start: { date: 'd', timeZone: 'z' } }, { start: { date: 'e' } }] }],
    ['*', value],
    [
      'items/*/date',
      {
        items: [
          { id: '1', start: { date: 'd' }, summary: 's' },
          { id: '2', start: { date: 'e' } },
        ],
      },
    ],
    ['absent', {}],
  ])('%s lets through what it names', (mask, expected) => {
    expect(applyFieldsMask(parseFieldsMask(mask), value)).toEqual(expected);
  });

  test.each(['', 'a,', 'a(b', 'a)', 'a//b', '(a)', `${'a('.repeat(50)}b${')'.repeat(50)}`])('%p is refused', (mask) => {
    const answer = buildWorld().list(ALICE, { fields: mask });
    expect([answer.status, reasonOf(answer)]).toEqual([400, 'invalidParameter']);
  });

  test('that forgets nextSyncToken loses it', () => {
    const world = buildWorld();
    expect(world.list(ALICE, { fields: 'items(id)' }).body).toEqual({ items: [] });
    expect(Object.keys(world.list(ALICE, { fields: 'nextPageToken,nextSyncToken' }).body)).toEqual(['nextSyncToken']);
  });

  test('does not hide an error', () => {
    expect(buildWorld({ autoCreate: false }).list(ALICE, { fields: 'items' }).body).toHaveProperty('error');
  });
});
