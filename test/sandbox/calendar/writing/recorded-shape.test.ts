/**
 * Recorded events written anew: what Google answered and what the simulator answers have the same members of the same types. `EXPECTED` is
 * all that may differ.
 */
import { expect } from '@jest/globals';
import { isObject, type JsonObject, objectsAt, textAt } from '../../../../sandbox/calendar/wire/json.ts';
import { testRecorded } from '../../../recorded-traffic.ts';
import { ALICE, buildWorld, eventsPath } from '../world.ts';

/** Members that one side has and the other has not, with the reason. */
const EXPECTED: ReadonlyMap<string, string> = new Map([
  ['eventType', 'older recordings are from before Google had types of events'],
  ['iCalUID', 'left out of one recording'],
  ['privateCopy', 'set by Google alone'],
  ['reminders', 'an event that is read by somebody else shows none'],
]);

/** Only what a client could have written: no tombstones, no occurrences, nothing that came about by itself. */
function writable(item: JsonObject): boolean {
  const isPlain = item.status !== 'cancelled' && item.recurringEventId === undefined && item.eventType !== 'fromGmail';
  const { start, end } = item;
  return (
    isPlain && isObject(start) && isObject(end) && (textAt(start, 'date') ?? textAt(start, 'dateTime')) !== undefined
  );
}

function typesOf(body: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !EXPECTED.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? 'array' : typeof value]),
  );
}

testRecorded('recorded events written anew keep their shape', /^events-/, (_, content) => {
  const world = buildWorld();
  const items = objectsAt(isObject(content) && isObject(content.body) ? content.body : Object(content), 'items').filter(
    writable,
  );
  for (const { id: _id, ...sent } of items) {
    const query = { conferenceDataVersion: '1', supportsAttachments: 'true' };
    const answer = world.call('POST', eventsPath(ALICE), { body: sent, query });
    expect([answer.status, typesOf({ ...answer.body, id: '' })]).toEqual([200, typesOf({ ...sent, id: '' })]);
  }
});
