import { describe, expect, test } from '@jest/globals';
import { deepFreeze } from '../../../../sandbox/calendar/wire/json.ts';
import { jsonText } from '../../../../sandbox/calendar/wire/json-text.ts';
import { ALICE, buildWorld, eventsPath } from '../world.ts';

describe('the text of an answer is what JSON.stringify makes of it', () => {
  const event = deepFreeze({ id: 'a', summary: 'Übung "1"', start: { date: '2027-01-20' } });

  test.each<readonly [string, unknown]>([
    ['a frozen event', event],
    ['a list that ends with its items', { kind: 'k', nextPageToken: 't', items: [event, { id: 'b' }, event] }],
    ['a list of nothing', { items: [] }],
    ['a list with members behind its items', { items: [event], kind: 'k' }],
    ['a list with a list in its last member', { items: [event], last: { items: [] } }],
    ['a member that is left out', { kind: 'k', description: undefined, items: [event] }],
    ['items that are no list', { items: 'none' }],
    ['no object', [event, null, 1, 'text']],
  ])('%s', (_, value) => {
    expect([jsonText(value), jsonText(value)]).toEqual([JSON.stringify(value), JSON.stringify(value)]);
  });

  test('a list shows an event as it is after each change', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    for (const summary of ['Before', 'After']) {
      world.event(ALICE, id, 'PATCH', { body: { summary } });
      const { body } = world.call('GET', eventsPath(ALICE));
      expect(jsonText(body)).toBe(JSON.stringify(body));
      expect(jsonText(body)).toContain(`"summary":"${summary}"`);
    }
  });
});
