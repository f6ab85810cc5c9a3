/** What each of Google's answers to a write-back means: what is written down, what the log says, and when it is tried again. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccessLost,
  EventChanged,
  EventGone,
  GoogleUnavailable,
  OwnAccountRefused,
  RateLimited,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
import type { ListedEvent, LiveEvent } from '../../../shared/domain/event/event.ts';
import { hashFields } from '../../../shared/domain/event/event-fields.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { type WriteBack, writeBack } from '../../../shared/flow/deliver/write-back.ts';
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
): Promise<WriteBack> {
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
  return world.clock.runUntilDone(writeBack(world.services, await world.calendar(ALICE), CONFERENCE, first, PATCH));
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
  expect(await write([after])).toEqual({ kind: 'written', etag: '"2"', hashes: await hashesOf(after) });
  expect(writes).toEqual(['"1"']);
  expect(logged()).toEqual(['written']);
});

test('a write that Google ignored is known too, so that its answer is no news', async () => {
  const before = event('"1"');
  expect(await write([before])).toEqual({ kind: 'written', etag: '"1"', hashes: await hashesOf(before) });
  expect(logged()).toEqual(['ignored']);
});

test('an event without an etag is not written to', async () => {
  expect(await write([], [], { ...event('"1"'), etag: null })).toEqual({ kind: 'none' });
  expect(logged()).toEqual([]);
});

test('an event that is gone is let be', async () => {
  expect(await write([new EventGone('events.patch: 404')])).toEqual({ kind: 'none' });
  expect(logged()).toEqual([]);
  expect(reads).toBe(0);
});

test.each([
  ['for what it is', new RequestRefused('events.patch: 400')],
  ['for want of the grant', new AccessLost('events.patch: 401')],
])('a write that Google refuses %s is left to the next change', async (_, error) => {
  expect(await write([error])).toEqual({ kind: 'none' });
  expect(logged()).toEqual(['refused']);
  expect(reads).toBe(0);
});

test('a write that Google cannot take for the moment is repeated under the same etag', async () => {
  const after = event('"2"', { location: 'Room 5' });
  const trouble = [
    new GoogleUnavailable('events.patch: 503'),
    new RateLimited('events.patch: 429', { retryAfterMs: 2_000 }),
  ];
  expect(await write([...trouble, after])).toMatchObject({ etag: '"2"' });
  expect(writes).toEqual(['"1"', '"1"', '"1"']);
  expect(logged()).toEqual(['written']);
});

test.each([
  ['is out', () => new GoogleUnavailable('events.patch: no answer within 10000 ms')],
  ['asks to be left alone for longer', () => new RateLimited('events.patch: 429', { retryAfterMs: 60_000 })],
  ['does not know our own account', () => new OwnAccountRefused('the key is disabled')],
])('a write that cannot be made while Google %s is said to be undone', async (_, error) => {
  const from = world.clock.now();
  expect(await write(Array.from({ length: 5 }, error))).toEqual({ kind: 'owed' });
  expect(world.clock.now() - from).toBeLessThan(10_000);
  expect(logged()).toEqual(['unavailable']);
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

  test('again and again is to be asked for again after three tries', async () => {
    expect(
      await write(
        [CHANGED, CHANGED, CHANGED],
        ['"2"', '"3"', '"4"'].map((etag) => event(etag)),
      ),
    ).toEqual({ kind: 'owed' });
    expect(writes).toEqual(['"1"', '"2"', '"3"']);
    expect(logged()).toEqual(['conflict']);
  });

  test.each<[string, ListedEvent | null | Error]>([
    ['in what the write sets', event('"2"', { location: 'Elsewhere' })],
    ['in what the conference is told', event('"2"', { summary: 'Renamed' })],
    ['by losing the conference', live(meeting('e1', { location: '', etag: '"2"' }))],
    ['by being deleted', read(tombstone('e1'))],
    ['so that it is not there any more', null],
    ['and is not shown to us any more', new AccessLost('events.get: 401')],
  ])('%s is left alone', async (_, shown) => {
    expect(await write([CHANGED], [shown])).toEqual({ kind: 'none' });
    expect(writes).toEqual(['"1"']);
    expect(logged()).toEqual(['conflict']);
  });

  test('and cannot be read now is to be asked for again', async () => {
    expect(
      await write(
        [CHANGED],
        Array.from({ length: 5 }, () => new GoogleUnavailable('events.get: 503')),
      ),
    ).toEqual({ kind: 'owed' });
    expect(reads).toBe(5);
    expect(logged()).toEqual(['unavailable']);
  });

  test('and is read by a bug lets the bug out', async () => {
    await expect(write([CHANGED], [new TypeError('a bug')])).rejects.toThrow('a bug');
  });
});

describe('an outage of Google between the reading of an event and the write to it', () => {
  /** A receiver as the documents ask for: it answers 204 to what it has applied. */
  async function edited(
    outageMs: number,
  ): Promise<{ readonly patched: number; readonly revisions: readonly number[] }> {
    let applied = 0;
    let patched = 0;
    const revisions: number[] = [];
    const backAt = world.clock.now() + outageMs;
    Object.assign(world.services.google, {
      patch: async (_access: unknown, _id: string, etag: string) => {
        if (world.clock.now() < backAt) throw new GoogleUnavailable('events.patch: 503');
        expect(etag).toBe('"2"');
        patched++;
        return event('"3"', { location: 'Room 5' });
      },
    });
    world.answer = ({ data: { revision } }) => {
      revisions.push(revision);
      if (revision <= applied) return { kind: 'done' };
      applied = revision;
      return { kind: 'done', eventPatch: PATCH };
    };
    world.put(ALICE, meeting('e1', ours('c1'), { location: '', etag: '"2"' }));
    await world.notify(ALICE);
    await world.work();
    return {
      get patched() {
        return patched;
      },
      revisions,
    };
  }

  beforeEach(async () => {
    world = new World();
    await world.register(ALICE);
  });

  async function pass(ms: number, stepMs: number): Promise<void> {
    for (const end = world.clock.now() + ms; world.clock.now() < end; ) {
      await world.clock.runTo(world.clock.now() + stepMs);
      await world.renew();
    }
  }

  test("loses no patch: the receiver is asked under another revision, and the wait is nobody's", async () => {
    const run = await edited(600_000);
    expect(run.patched).toBe(0);
    expect(await world.binding(ALICE, 'e1')).toMatchObject({ delivered: null, pending: { what: 'updated' } });
    expect((await world.conference('c1')).failure?.reason).toBe('its patch could not be written');
    await pass(3_600_000, 60_000);
    expect(run.patched).toBe(1);
    expect(run.revisions.length).toBeGreaterThan(2);
    expect(run.revisions).toEqual([...new Set(run.revisions)].sort((a, b) => a - b));
    expect(await world.binding(ALICE, 'e1')).toMatchObject({ pending: null, ownEtag: '"3"', state: 'live' });
    expect(await world.conference('c1')).toMatchObject({ failure: null, attempts: 0, dueAt: null });
    const measured = world.lines.filter((line) => line.line === 'delivery' && line.freshnessMs !== undefined);
    expect(measured).toHaveLength(1);
  });

  test('of more than three days gives up the patch, and not the change', async () => {
    const run = await edited(10 * 24 * 3_600_000);
    await pass(4 * 24 * 3_600_000, 900_000);
    expect(run.patched).toBe(0);
    expect(run.revisions.length).toBeLessThan(100);
    expect(await world.binding(ALICE, 'e1')).toMatchObject({ pending: null, state: 'live', failure: null });
    expect(await world.conference('c1')).toMatchObject({ failure: null, attempts: 0, dueAt: null });
  });
});
