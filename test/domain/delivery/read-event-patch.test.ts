import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readEventPatch } from '../../../shared/domain/delivery/read-event-patch.ts';

test('words, look and conference of an event may be changed', () => {
  const patch = { summary: 'x', description: null, conferenceData: { notes: 'y' }, extendedProperties: {} };
  expect(readEventPatch(patch)).toEqual(patch);
});

test.each(['start', 'end', 'recurrence', 'attendees', 'status', 'organizer', 'id', 'iCalUID', 'sequence', '__proto__'])(
  'a patch that names %s is not taken, not even in part',
  (key) => {
    const patch: unknown = JSON.parse(`{"summary":"x","${key}":"y"}`);
    expect(readEventPatch(patch)).toBeUndefined();
  },
);

test('no value makes it throw or give something else than an object', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const patch = readEventPatch(value);
      expect(patch === undefined || Object.keys(patch).length > 0).toBe(true);
    }),
  );
});
