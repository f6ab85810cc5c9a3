import { describe, expect, test } from '@jest/globals';
import type { EventPatch } from '../../../shared/domain/delivery/change.ts';
import { comparePatched } from '../../../shared/domain/delivery/compare-patched.ts';
import { type Item, live, meeting, ours } from '../build.ts';

const WHOLE: Item = { summary: 'Talk', description: 'Bring tea', location: 'Room 1', visibility: 'default' };

function compared(patch: EventPatch, edit: Item): ReturnType<typeof comparePatched> {
  const planned = meeting('e1', ours('c1'), WHOLE);
  return comparePatched(patch, live(planned), live(meeting('e1', planned, edit, { etag: '"2"' })));
}

describe('a patch may still go onto an event', () => {
  test.each(['summary', 'description', 'location', 'visibility'])('whose %s, which it sets, is as it was', (part) => {
    expect(compared({ [part]: 'private' }, { updated: '2027-01-20T09:00:00.000Z' })).toBe('unchanged');
  });

  test('of which something else was edited', () => {
    expect(compared({ location: 'Room 5' }, { summary: 'Renamed' })).toBe('unchanged');
  });

  test('if it sets nothing', () => {
    expect(compared({}, { summary: 'Renamed' })).toBe('unchanged');
  });
});

describe('a patch may not go onto an event', () => {
  test.each([
    ['summary', { summary: 'Renamed' }],
    ['description', { description: 'Bring coffee' }],
    ['location', { location: 'Room 2' }],
    ['visibility', { visibility: 'private' }],
  ])('whose %s, which it sets, was edited', (part, edit) => {
    expect(compared({ [part]: 'x' }, edit)).toBe('edited');
    expect(compared({ start: {}, [part]: 'x' }, edit)).toBe('edited');
  });

  test.each(['conferenceData', 'reminders', 'colorId'])('if it sets %s, which is not read whole', (part) => {
    expect(compared({ [part]: {} }, {})).toBe('unknown');
    expect(compared({ summary: 'x', [part]: {} }, {})).toBe('unknown');
  });
});
