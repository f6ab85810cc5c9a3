/** What each of Google's answers to a write-back means: what is written down, what the log says, and when it is tried again. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { EventChanged, EventGone, GoogleUnavailable, RequestRefused } from '../../../shared/domain/errors.ts';
import type { ListedEvent, LiveEvent } from '../../../shared/domain/event/event.ts';
import { hashFields } from '../../../shared/domain/event/event-fields.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { type Written, writeBack } from '../../../shared/flow/deliver/write-back.ts';
import { ALICE, ALICES, type Item, live, meeting, ours, read, tombstone } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const CONFERENCE = conferenceKeyOf('c1');
const CHANGED = new EventChanged('events.patch: 412');
const PATCH = { location: 'Room 5' };

let world: World;
/** Each write as it came: the etag under which it was made. */
let writes: string[];
let reads: number;

beforeEach(async () => {
  world = new World();
  writes = [];
  reads = 0;
  await putCalendar(world, ALICE);
});

function event(etag: string, ...parts: readonly Item[]): LiveEvent {
  return live(meeting('e1', ours('c1'), { location: '' }, ...parts, { etag }));
}

/** Writes to an event; Google answers with these in turn, and shows the event as this in between. */
async function write(
  answers: readonly (LiveEvent | Error)[],
  shown: readonly (ListedEvent | null | Error)[] = [],
  first: LiveEvent = event('"1"'),
): Promise<Written | null> {
  const [left, views] = [[...answers], [...shown]];
  Object.assign(world.services.google, {
    patch: async (_access: unknown, _id: string, etag: string) => {
      writes.push(etag);
      return given(left.shift());
    },
    get: async () => {
      reads++;
      return given(views.shift());
    },
  });
  return writeBack(world.services, await world.calendar(ALICE), CONFERENCE, first, PATCH);
}

function given<Answer>(answer: Answer | Error | undefined): Answer {
  if (answer === undefined) throw new TypeError('nothing more was expected to be asked');
  if (answer instanceof Error) throw answer;
  return answer;
}

async function hashesOf(seen: LiveEvent): Promise<unknown> {
  return hashFields(seen, world.services.policy.fields, (await world.calendar(ALICE)).hashKey);
}

function logged(): string[] {
  return world.lines.flatMap((line) => {
    if (line.line !== 'write-back') return [];
    expect(line).toEqual({ line: 'write-back', outcome: line.outcome, calendar: ALICES, conference: CONFERENCE });
    return [line.outcome];
  });
}

test('a write is known by what it left', async () => {
  const after = event('"2"', { location: 'Room 5' });
  expect(await write([after])).toEqual({ etag: '"2"', hashes: await hashesOf(after) });
  expect(writes).toEqual(['"1"']);
  expect(logged()).toEqual(['written']);
});

test('a write that Google ignored is known too, so that its answer is no news', async () => {
  const before = event('"1"');
  expect(await write([before])).toEqual({ etag: '"1"', hashes: await hashesOf(before) });
  expect(logged()).toEqual(['ignored']);
});

test('an event without an etag is not written to', async () => {
  expect(await write([], [], { ...event('"1"'), etag: null })).toBeNull();
  expect(logged()).toEqual([]);
});

test('an event that is gone is let be', async () => {
  expect(await write([new EventGone('events.patch: 404')])).toBeNull();
  expect(logged()).toEqual([]);
  expect(reads).toBe(0);
});

test.each([
  ['for what it is', new RequestRefused('events.patch: 400')],
  ['for the moment', new GoogleUnavailable('events.patch: 503')],
])('a write that Google refuses %s is left to the next change', async (_, error) => {
  expect(await write([error])).toBeNull();
  expect(logged()).toEqual(['refused']);
  expect(reads).toBe(0);
});

test('a bug comes out', async () => {
  await expect(write([new TypeError('a bug')])).rejects.toThrow('a bug');
});

describe('an event that has changed meanwhile', () => {
  test('in nothing that matters is written to as it is now', async () => {
    const after = event('"3"', { location: 'Room 5' });
    expect(await write([CHANGED, after], [event('"2"')])).toMatchObject({ etag: '"3"' });
    expect(writes).toEqual(['"1"', '"2"']);
    expect(logged()).toEqual(['written']);
  });

  test('again and again is given up after three tries', async () => {
    expect(await write([CHANGED, CHANGED, CHANGED], [event('"2"'), event('"3"')])).toBeNull();
    expect(writes).toEqual(['"1"', '"2"', '"3"']);
    expect(logged()).toEqual(['conflict']);
  });

  test.each<[string, ListedEvent | null | Error]>([
    ['in what the write sets', event('"2"', { location: 'Elsewhere' })],
    ['in what the conference is told', event('"2"', { summary: 'Renamed' })],
    ['by being deleted', read(tombstone('e1'))],
    ['so that it is not there any more', null],
    ['and cannot be read now', new GoogleUnavailable('events.get: 503')],
  ])('%s is left alone', async (_, shown) => {
    expect(await write([CHANGED], [shown])).toBeNull();
    expect(writes).toEqual(['"1"']);
    expect(logged()).toEqual(['conflict']);
  });

  test('and is read by a bug lets the bug out', async () => {
    await expect(write([CHANGED], [new TypeError('a bug')])).rejects.toThrow('a bug');
  });
});
