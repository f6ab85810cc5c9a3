/** A series that stands on a later page than its cancelled occurrence: the occurrence is told, whatever happens between the two. */
import { beforeEach, expect, test } from '@jest/globals';
import { RateLimited, StoreUnavailable } from '../../../shared/domain/errors.ts';
import { ALICE, cancelledOccurrence, meeting, ours, series } from '../../domain/build.ts';
import { listingOf, putCalendar } from '../due-records.ts';
import { recordEvents } from '../record-events.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
/** A checkpoint is saved after so many pages, which are of one event each. */
const CHECKPOINT_PAGES = 16;

let world: World;

beforeEach(() => {
  world = new World();
  world.pageSize = 1;
});

/** The occurrence, a checkpoint after it, its series, and what is listed after the series. */
function putCalendarWithLateSeries(): void {
  world.put(ALICE, cancelledOccurrence('s', 3));
  for (let n = 0; n < CHECKPOINT_PAGES; n++) world.put(ALICE, meeting(`before${n}`));
  world.put(ALICE, series('s', ours('c')));
  for (let n = 0; n < 4; n++) world.put(ALICE, meeting(`after${n}`));
}

/** Has the listing fail on the page after the series for so many calls. */
function failAfterSeries(error: Error, times: number): void {
  const { google } = world.services;
  const { list } = google;
  let left = times;
  google.list = async (access, query) => {
    if (query.pageToken === String(CHECKPOINT_PAGES + 2) && left-- > 0) throw error;
    return list(access, query);
  };
}

async function runMinutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

function told(): string[] {
  return world.told.map(({ change }) => `${change.type} ${change.data.conferenceId}`);
}

test.each<[string, () => void]>([
  ['nothing happens', () => undefined],
  ['Google limits us for longer than one run', () => failAfterSeries(new RateLimited('events.list: 403'), 6)],
  ['the process dies', () => failAfterSeries(new StoreUnavailable('as if the process were killed'), 1)],
])('after the series was bound, %s', async (_, befall) => {
  putCalendarWithLateSeries();
  befall();
  await world.register(ALICE).catch(() => undefined);
  world.queued = [];
  await runMinutes(60);
  expect(told()).toEqual(['conference.updated c', 'conference.occurrence_cancelled c']);
  expect((await world.calendar(ALICE)).syncToken).not.toBeNull();
});

test('the series is bound by a read of its own while its listing is put by', async () => {
  await putCalendar(world, ALICE, { checkpoint: listingOf({ pageToken: '3', hasTurnedPage: true }) });
  await recordEvents(world, ALICE, meeting('m', ours('other')));
  expect((await world.calendar(ALICE)).checkpoint?.wantsAnotherPass).toBe(false);
  await recordEvents(world, ALICE, series('s', ours('c')));
  expect((await world.calendar(ALICE)).checkpoint).toMatchObject({ pageToken: '3', wantsAnotherPass: true });
});

test('an event leaves the calendar without a trace, as one that is moved does, between the first reading and the second', async () => {
  world.put(ALICE, meeting('m', ours('moved')));
  putCalendarWithLateSeries();
  const { google } = world.services;
  const { list, get } = google;
  let hasLeft = false;
  google.list = async (access, query) => {
    const page = await list(access, query);
    hasLeft ||= query.pageToken === null && world.calls.list > CHECKPOINT_PAGES;
    return hasLeft ? { ...page, events: page.events.filter(({ id }) => id !== 'm') } : page;
  };
  google.get = async (access, id, accessRole) => (hasLeft && id === 'm' ? null : get(access, id, accessRole));
  await world.register(ALICE);
  await runMinutes(60);
  expect(hasLeft).toBe(true);
  expect(told()).toContain('conference.cancelled moved');
});

test('another series and its occurrence are made while the listing is read for the second time', async () => {
  await world.register(ALICE);
  world.put(ALICE, meeting('m'));
  world.put(ALICE, series('s1', ours('c1')));
  const { google } = world.services;
  const { list } = google;
  let passes = 0;
  google.list = async (access, query) => {
    if (query.pageToken === null && ++passes === 2) {
      world.put(ALICE, cancelledOccurrence('s2', 3));
      world.put(ALICE, series('s2', ours('c2')));
    }
    return list(access, query);
  };
  await world.notify(ALICE);
  await world.work();
  expect(told()).toContain('conference.occurrence_cancelled c2');
  expect(passes).toBe(3);
});

test('a listing that shows a new series at every reading comes to rest between two readings', async () => {
  await world.register(ALICE);
  world.put(ALICE, meeting('m'));
  const { google } = world.services;
  const { list } = google;
  const readAt: number[] = [];
  google.list = async (access, query) => {
    if (query.pageToken === null) {
      readAt.push(world.clock.now());
      if (readAt.length <= 7) world.put(ALICE, series(`s${readAt.length}`, ours(`c${readAt.length}`)));
    }
    return list(access, query);
  };
  await world.clock.runTo(world.clock.now() + MINUTE);
  await world.notify(ALICE);
  await world.work();
  const begun = readAt[0] ?? 0;
  expect(readAt).toHaveLength(3);
  expect(readAt.every((at) => at - begun < MINUTE)).toBe(true);
  await runMinutes(3);
  expect(readAt).toHaveLength(5);
  await runMinutes(60);
  expect(told()).toContain('conference.updated c7');
  expect(await world.calendar(ALICE)).toMatchObject({ checkpoint: null, syncToken: expect.any(String) });
});

test('somebody who asks for a listing does not wait for one that rests', async () => {
  await world.register(ALICE);
  world.put(ALICE, meeting('m'));
  const { google } = world.services;
  const { list } = google;
  let readings = 0;
  google.list = async (access, query) => {
    if (query.pageToken === null && ++readings <= 3) world.put(ALICE, series(`s${readings}`, ours(`c${readings}`)));
    return list(access, query);
  };
  await world.clock.runTo(world.clock.now() + MINUTE);
  await world.notify(ALICE);
  await world.work();
  expect((await world.calendar(ALICE)).checkpoint).toMatchObject({ pass: 4 });
  world.put(ALICE, meeting('new', ours('news')));
  await world.notify(ALICE);
  await world.work();
  expect(told()).toContain('conference.updated news');
  expect((await world.calendar(ALICE)).checkpoint).toBeNull();
});
