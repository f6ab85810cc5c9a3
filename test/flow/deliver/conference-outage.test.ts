/** A conference system that is down for an hour: what it costs meanwhile, and what is delivered afterwards. */
import { expect, test } from '@jest/globals';
import { readWebhookAnswer } from '../../../shared/adapters/webhook/read-webhook-answer.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { meeting, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
/** Messages that one instance works on at once, as deployed. */
const WIDTH = 12;

function addressOf(index: number): string {
  return `user${index}@example.com`;
}

function organizer(index: number) {
  return { organizer: { email: addressOf(index), self: true } };
}

/** Calendars with a delivered conference each. */
async function settledWorld(calendars: number): Promise<World> {
  const world = new World({ reconcileMs: 24 * 60 * MINUTE, reconcileUnprovenMs: 24 * 60 * MINUTE });
  for (let index = 0; index < calendars; index++) {
    world.put(addressOf(index), meeting(`e${index}`, ours(`c${index}`), organizer(index)));
    await world.register(addressOf(index));
  }
  return world;
}

async function edit(world: World, index: number, title: string): Promise<void> {
  const etag = `"${title}"`;
  world.put(addressOf(index), meeting(`e${index}`, ours(`c${index}`), organizer(index), { summary: title, etag }));
  await world.notify(addressOf(index));
}

/** The most that fell into any minute. */
function mostInAMinute(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE).length));
}

test('an hour of outage with 1,000 edited calendars costs ten attempts a minute and no list call too many, and ends in full delivery', async () => {
  const calendars = 1_000;
  const world = await settledWorld(calendars);
  const listsBefore = world.calls.list;
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  const downAt = world.clock.now() + 30_000;
  await world.clock.runTo(downAt);

  for (let minute = 0; minute < 60; minute++) {
    const [from, to] = [Math.round((minute * calendars) / 60), Math.round(((minute + 1) * calendars) / 60)];
    for (let index = from; index < to; index++) await edit(world, index, `Edited ${index}`);
    // A message that is refused would come out of this.
    await world.work(WIDTH);
    await world.renew(WIDTH);
    await world.clock.runTo(Math.max(world.clock.now(), downAt + (minute + 1) * MINUTE));
  }
  const attempts = world.told.filter(({ at }) => at >= downAt).map(({ at }) => at);
  expect(attempts.length).toBeGreaterThan(60);
  expect(mostInAMinute(attempts)).toBeLessThanOrEqual(10);
  expect(world.calls.list - listsBefore).toBe(calendars);
  expect(world.lastLine('breaker').outcome).toBe('opened');

  world.answer = () => ({ kind: 'done' });
  const upAt = world.clock.now();
  // The longest wait between two deliveries is an hour; nothing may take longer than that.
  for (let minute = 1; minute <= 60; minute++) {
    await world.renew(WIDTH);
    await world.clock.runTo(Math.max(world.clock.now(), upAt + minute * MINUTE));
  }
  const delivered = new Map(
    world.told
      .filter(({ at, outcome }) => at >= upAt && outcome.kind === 'done')
      .map(({ change }) => [change.data.conferenceId, change]),
  );
  expect(delivered.size).toBe(calendars);
  const titles = [...delivered.values()].map((change) =>
    change.type === 'conference.updated' ? change.data.event.title : change.type,
  );
  expect(new Set(titles).size).toBe(calendars);
  expect(world.calls.list - listsBefore).toBe(calendars);
}, 60_000);

test.each([
  ['a redirect to a login', 302, ''],
  ['a page of the load balancer', 404, '<html>'],
  ['a default backend', 404, 'default backend - 404'],
  ['a page of maintenance', 200, '<html>'],
])('ten minutes of %s lose no edit and no end', async (_, status, text) => {
  const world = await settledWorld(20);
  const answer = { status, retryAfter: undefined, text, isCut: false };
  world.answer = () => readWebhookAnswer(answer, world.clock.now());
  await world.clock.runTo(world.clock.now() + MINUTE);
  for (let index = 0; index < 10; index++) await edit(world, index, `Edited ${index}`);
  for (let index = 10; index < 20; index++) {
    world.put(addressOf(index), tombstone(`e${index}`));
    await world.notify(addressOf(index));
  }
  await world.work(WIDTH);
  for (let minute = 0; minute < 10; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew(WIDTH);
  }
  expect(world.lastLine('breaker').outcome).toBe('opened');

  world.answer = () => ({ kind: 'done' });
  const from = world.told.length;
  for (let minute = 0; minute < 90; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew(WIDTH);
  }
  const told = world.told.slice(from).map(({ change: { type, data } }) => `${type} ${data.conferenceId}`);
  const expected = Array.from(
    { length: 20 },
    (_, index) => `conference.${index < 10 ? 'updated' : 'cancelled'} c${index}`,
  );
  expect(told.sort()).toEqual(expected.sort());
});

test('a retry that meets an open breaker costs no database operation and no call', async () => {
  const world = await settledWorld(4);
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  for (let index = 0; index < 4; index++) await edit(world, index, 'Edited');
  await world.work(WIDTH);
  expect(world.lastLine('breaker').outcome).toBe('opened');
  const before = { ...world.store.operations, ...world.calls, told: world.told.length };
  for (let index = 0; index < 4; index++) {
    world.queued.push({
      message: { kind: 'conference', conference: conferenceKeyOf(`c${index}`) },
      lane: 'upkeep',
      publishedAt: world.clock.now(),
    });
  }
  await world.work();
  expect({ ...world.store.operations, ...world.calls, told: world.told.length }).toEqual(before);
  expect(world.lastLine('conference').outcome).toBe('held-back');
});

test('a sync that meets an open breaker records its changes, leaves them due, and gives the calendar free', async () => {
  const world = await settledWorld(5);
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  for (let index = 0; index < 4; index++) await edit(world, index, 'Edited');
  await world.work(WIDTH);
  const toldBefore = world.told.length;
  await edit(world, 4, 'Edited too');
  await world.work();
  expect(world.told.length).toBe(toldBefore);
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'synced', counts: { recorded: 1, delivered: 0, left: 1 } });
  expect((await world.calendar(addressOf(4))).lease).toBeNull();
  const conference = await world.store.conference(conferenceKeyOf('c4'));
  expect(conference?.dueAt).toBeLessThanOrEqual(world.clock.now() + 5_000);
  expect(conference?.attempts).toBe(0);
});

test('one conference that always fails holds back no other', async () => {
  const world = await settledWorld(2);
  world.answer = (change) =>
    change.data.conferenceId === 'c0' ? { kind: 'transient', reason: 'answered 500' } : { kind: 'done' };
  await edit(world, 0, 'Edited');
  await world.work();
  for (let run = 0; run < 5; run++) {
    await world.clock.runTo(world.clock.now() + 5 * MINUTE);
    await world.renew();
  }
  const failures = world.told.filter(({ outcome }) => outcome.kind === 'transient').length;
  expect(failures).toBeGreaterThanOrEqual(3);
  await edit(world, 1, 'Edited');
  await world.work();
  expect(world.told.at(-1)?.change.data).toMatchObject({ conferenceId: 'c1', event: { title: 'Edited' } });
  expect(world.lines.filter(({ line }) => line === 'breaker')).toEqual([]);
});

test('the calendar of a failing conference system stays at the token of its last listing', async () => {
  const world = await settledWorld(1);
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  await edit(world, 0, 'Edited');
  await world.work();
  expect(await world.store.calendar(calendarKeyOf(addressOf(0)))).toMatchObject({ syncToken: '3', failure: null });
});
