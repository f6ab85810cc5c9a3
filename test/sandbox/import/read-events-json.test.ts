import { describe, expect, test } from '@jest/globals';
import { NotImportable } from '../../../sandbox/import/imported-events.ts';
import { readEventsJson } from '../../../sandbox/import/read-events-json.ts';
import { testRecorded } from '../../recorded-traffic.ts';

const EVENT = { kind: 'calendar#event', id: 'abcde', status: 'confirmed', summary: 'Plan', x: { odd: [1] } };
const TOMBSTONE = { id: 'fghij', status: 'cancelled' };

function read(json: unknown): ReturnType<typeof readEventsJson> {
  return readEventsJson(JSON.stringify(json));
}

describe('events are found, as they are, in', () => {
  const both = [EVENT, TOMBSTONE];
  const cases: [string, unknown, unknown[]][] = [
    ['a list answer', { kind: 'calendar#events', items: both }, both],
    ['a list answer that leaves its kind out', { items: both }, both],
    ['a list answer without items', { kind: 'calendar#events', nextSyncToken: 'x' }, []],
    ['a bare array', both, both],
    ['an empty array', [], []],
    ['a single event', TOMBSTONE, [TOMBSTONE]],
    ['a recorded answer', { status: 200, headers: {}, body: { items: both } }, both],
    ['a recorded answer whose body is text', { method: 'GET', body: JSON.stringify({ items: both }) }, both],
    ['a recorded answer with one event', { status: 200, body: EVENT }, [EVENT]],
    ['the pages of a listing', [{ items: [EVENT] }, { status: 200, body: { items: [TOMBSTONE] } }], both],
  ];
  test.each(cases)('%s', (_name, json, events) => {
    expect(read(json)).toEqual({ events, problems: [] });
  });

  test('text with a byte order mark', () => {
    expect(readEventsJson(`\uFEFF${JSON.stringify(EVENT)}`).events).toEqual([EVENT]);
  });
});

test('the access role of the answer is told', () => {
  expect(read({ body: { accessRole: 'reader', items: [] } })).toEqual({
    events: [],
    problems: [],
    accessRole: 'reader',
  });
});

test('what is no event is skipped and told with its place', () => {
  const { events, problems } = read({
    items: [EVENT, null, 7, { summary: 'no id' }, { id: 5 }, { kind: 'api#channel', id: 'c' }],
  });
  expect(events).toEqual([EVENT]);
  expect(problems).toEqual([
    'the file, item 2: skipped, null is no event.',
    'the file, item 3: skipped, a number is no event.',
    'the file, item 4: skipped, it has no id.',
    'the file, item 5: skipped, it has no id.',
    'the file, item 6: skipped, a api#channel is no event.',
  ]);
});

test('of two events with one id the later stays, as in the pages of one listing', () => {
  const { events, problems } = read([EVENT, TOMBSTONE, { ...EVENT, summary: 'Later' }]);
  expect(events).toEqual([TOMBSTONE, { ...EVENT, summary: 'Later' }]);
  expect(problems).toEqual(['Event abcde comes more than once; the last was taken.']);
});

describe('nothing is imported, and the reason is told, from', () => {
  const cases: [string, string, RegExp][] = [
    ['no JSON', '{"items": [', /^The file is not JSON: /],
    ['an error answer', '{"error":{"code":410,"message":"Gone"}}', /^The file holds an error answer \(410 Gone\)/],
    [
      'a recorded error answer',
      '{"status":410,"body":{"error":{"code":410,"message":"Gone"}}}',
      /error answer \(410 Gone\)/,
    ],
    ['an object of something else', '{"a":1}', /holds no Calendar events/],
    ['a notification without a body', '{"method":"POST","headers":{},"body":""}', /holds no Calendar events/],
    ['a number', '7', /holds no Calendar events/],
    ['items that are no list', '{"items":{"0":1}}', /items are no list/],
    ['a wrapping without end', `${'{"body":'.repeat(50)}1${'}'.repeat(50)}`, /wrapped more than/],
    ['arrays nested a million times', '['.repeat(1_000_000) + ']'.repeat(1_000_000), /nested too deeply|wrapped/],
  ];
  test.each(cases)('%s', (_name, text, words) => {
    expect(() => readEventsJson(text)).toThrow(NotImportable);
    expect(() => readEventsJson(text)).toThrow(words);
  });
});

test('names that pollute objects are left out at any depth, and told', () => {
  const text = `{"items":[{"id":"abcde","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},
    "extendedProperties":{"private":{"__proto__":{"polluted":true},"kept":"yes"}}}]}`;
  const { events, problems } = readEventsJson(text);
  expect(events).toEqual([{ id: 'abcde', extendedProperties: { private: { kept: 'yes' } } }]);
  expect(JSON.stringify(events)).not.toContain('polluted');
  expect({}).not.toHaveProperty('polluted');
  expect(problems.join()).toContain('"__proto__" was left out');
});

test('an event whose id is __proto__ is an event like any other', () => {
  expect(readEventsJson('[{"id":"__proto__"},{"id":"toString"}]').events).toEqual([
    { id: '__proto__' },
    { id: 'toString' },
  ]);
});

testRecorded('a recorded list reads completely', /^(?:events|items)-/, (name, json) => {
  const items: unknown = Array.isArray(json) ? json : Object(json).items;
  if (!Array.isArray(items)) throw new Error(`${name} holds no list`);
  const { events, problems } = read(json);
  // One recording holds an id twice; all else must be there as recorded.
  const isLast = (item: { id: unknown }, at: number): boolean => items.findLastIndex(({ id }) => id === item.id) === at;
  expect(events).toEqual(items.filter(isLast));
  expect(problems).toHaveLength(items.length - events.length);
});

testRecorded('what is no list of events is refused', /^(?:error|push|watch)-/, (_, json) => {
  expect(() => read(json)).toThrow(NotImportable);
});

test('an item whose kind is an object that cannot become text is skipped like any other', () => {
  const text = '{"kind":"calendar#events","items":[{"kind":{"toString":null}},{"id":"abcde"}]}';
  const { events, problems } = readEventsJson(text);
  expect(events).toHaveLength(1);
  expect(problems).toEqual([expect.stringContaining('{"toString":null} is no event')]);
});
