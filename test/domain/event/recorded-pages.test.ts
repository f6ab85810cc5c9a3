/** Pages recorded in the wild, with a conference of ours put on every live event, through the rules. */
import { describe, expect } from '@jest/globals';
import { readRecorded, testRecorded } from '../../recorded-traffic.ts';
import { Book } from '../book.ts';
import { type Item, ours } from '../build.ts';

const OWNER = 'test.user@gmail.com';
const CREATED = 'events-incremental-compass-create.json';

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && 'id' in value;
}

function itemsOf(content: unknown): Item[] {
  const items: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, 'items') : undefined;
  // One of the pages is put together from several answers and shows an event twice.
  return Array.isArray(items) ? [...new Map(items.filter(isItem).map((item) => [item.id, item])).values()] : [];
}

/** The items with our conference, one for all. */
function withOurs(items: readonly Item[]): Item[] {
  return items.map((item) => (item.status === 'cancelled' ? item : { ...item, ...ours('c') }));
}

describe('a recorded page', () => {
  testRecorded('leaves the second time what it left the first', /^events-/, (_, content) => {
    const book = new Book();
    book.list(OWNER, withOurs(itemsOf(content)));
    book.deliver();
    const once = book.contents();
    book.list(OWNER, withOurs(itemsOf(content)));
    expect(book.told()).toEqual([]);
    expect(book.contents()).toEqual(once);
  });

  testRecorded(
    'of a series that was cut keeps the conference on both halves',
    /^events-incremental-compass-edit-following/,
    (_, content) => {
      const book = new Book();
      book.list(OWNER, withOurs(itemsOf(readRecorded(CREATED))));
      book.list(OWNER, withOurs(itemsOf(content)));
      const masters = itemsOf(content).filter(({ recurrence }) => recurrence !== undefined);
      for (const { id } of masters)
        expect(book.binding(String(id), OWNER)).toMatchObject({ kind: 'event', state: 'live' });
      expect(book.conference('c').liveCount).toBeGreaterThanOrEqual(masters.length);
    },
  );

  testRecorded(
    'of a deleted series leaves an orphan, though it holds nothing but an id',
    /^events-incremental-compass-delete-all/,
    (_, content) => {
      const book = new Book();
      const ids = itemsOf(content).map(({ id }) => id);
      book.list(OWNER, withOurs(itemsOf(readRecorded(CREATED)).map((item) => ({ ...item, id: ids[0] }))));
      book.list(OWNER, itemsOf(content));
      expect(book.conference('c')).toMatchObject({ state: 'orphaned', liveCount: 0, orphan: { eventId: ids[0] } });
    },
  );
});
