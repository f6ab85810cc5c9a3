/** A cancelled occurrence that is restored while its series has no conference, and what becomes of it when the series gets one. */
import { expect, test } from '@jest/globals';
import { ALICE, cancelledOccurrence, exception, type Item, ours, series } from '../../domain/build.ts';
import { World } from '../world.ts';

const SERIES_AGAIN = series('s', ours('c'), { etag: '"3"' });

test.each<[string, readonly Item[], string]>([
  [
    'takes part if it carries the conference too',
    [exception('s', 3, ours('c'), { etag: '"3"' }), SERIES_AGAIN],
    'updated',
  ],
  ['takes no part if it does not', [SERIES_AGAIN], 'cancelled'],
])('a restored occurrence %s', async (_, page, last) => {
  const world = new World();
  const list = async (...items: readonly Item[]): Promise<void> => {
    for (const item of items) world.put(ALICE, item);
    await world.clock.runTo(world.clock.now() + 60_000);
    await world.notify(ALICE);
    await world.work();
  };
  await world.register(ALICE);
  await list(series('s', ours('c')), cancelledOccurrence('s', 3));
  await list(series('s', { etag: '"2"' }));
  await list(exception('s', 3));
  await list(...page);
  const occurrences = world.told.filter(({ change }) => 'occurrence' in change.data);
  expect(occurrences.at(-1)?.change.type).toBe(`conference.occurrence_${last}`);
  expect(occurrences).toHaveLength(2);
});
