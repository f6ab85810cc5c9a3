import { describe, expect, test } from '@jest/globals';
import type { EventPatch } from '../../../shared/domain/delivery/change.ts';
import { isPatchSafe } from '../../../shared/domain/delivery/is-patch-safe.ts';
import { type Item, live, meeting, ours } from '../build.ts';

const WHOLE: Item = { summary: 'Talk', description: 'Bring tea', location: 'Room 1', visibility: 'default' };

function isSafe(patch: EventPatch, edit: Item): boolean {
  const planned = meeting('e1', ours('c1'), WHOLE);
  return isPatchSafe(patch, live(planned), live(meeting('e1', planned, edit, { etag: '"2"' })));
}

describe('a patch may still go onto an event', () => {
  test.each(['summary', 'description', 'location', 'visibility'])('whose %s, which it sets, is as it was', (part) => {
    expect(isSafe({ [part]: 'private' }, { updated: '2027-01-20T09:00:00.000Z' })).toBe(true);
  });

  test('of which something else was edited', () => {
    expect(isSafe({ location: 'Room 5' }, { summary: 'Renamed' })).toBe(true);
  });

  test('if it sets nothing', () => {
    expect(isSafe({}, { summary: 'Renamed' })).toBe(true);
  });
});

describe('a patch may not go onto an event', () => {
  test.each([
    ['summary', { summary: 'Renamed' }],
    ['description', { description: 'Bring coffee' }],
    ['location', { location: 'Room 2' }],
    ['visibility', { visibility: 'private' }],
  ])('whose %s, which it sets, was edited', (part, edit) => {
    expect(isSafe({ [part]: 'x' }, edit)).toBe(false);
    expect(isSafe({ start: {}, [part]: 'x' }, edit)).toBe(false);
  });

  test.each(['conferenceData', 'reminders', 'colorId'])('if it sets %s, which is not read whole', (part) => {
    expect(isSafe({ [part]: {} }, {})).toBe(false);
    expect(isSafe({ summary: 'x', [part]: {} }, {})).toBe(false);
  });
});
