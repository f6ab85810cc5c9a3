import { describe, expect, test } from '@jest/globals';
import { ALICE, BOB, buildWorld, dailySeries, eventsPath, reasonOf, type World } from '../world.ts';

const ADDRESS = 'https://receiver.example/notify';

function watch(
  world: World,
  body: object = {},
  more: { calendar?: string; query?: Record<string, string>; as?: string } = {},
) {
  const { calendar = ALICE, ...rest } = more;
  return world.call('POST', `${eventsPath(calendar)}/watch`, {
    body: { id: 'c1', type: 'web_hook', address: ADDRESS, ...body },
    ...rest,
  });
}

function stop(world: World, body: object, as?: string) {
  return world.call('POST', 'channels/stop', as === undefined ? { body } : { body, as });
}

const statesOf = (world: World) => world.notifications.map(({ headers }) => headers['X-Goog-Resource-State']);

describe('a new channel', () => {
  test('is answered as Google does, its expiration as a text in milliseconds', () => {
    const world = buildWorld();
    const answer = watch(world, { token: 'secret', params: { ttl: '3600' } });
    expect(answer.body).toEqual({
      kind: 'api#channel',
      id: 'c1',
      resourceId: expect.stringMatching(/^[\w-]{20,}$/),
      resourceUri: 'https://www.googleapis.com/calendar/v3/calendars/alice%40example.com/events?alt=json',
      token: 'secret',
      expiration: String(world.nowMs() + 3_600_000),
    });
  });

  test('is told so by its first notification before the answer is out', () => {
    const world = buildWorld();
    const { body } = watch(world, { token: 'secret', params: { ttl: '3600' } });
    expect(world.notifications).toEqual([
      {
        channelId: 'c1',
        address: ADDRESS,
        delayMs: 0,
        headers: {
          'Content-Type': 'application/json; utf-8',
          'Content-Length': '0',
          'X-Goog-Channel-ID': 'c1',
          'X-Goog-Channel-Token': 'secret',
          'X-Goog-Channel-Expiration': 'Wed, 20 Jan 2027 10:00:00 GMT',
          'X-Goog-Resource-ID': body.resourceId,
          'X-Goog-Resource-URI': body.resourceUri,
          'X-Goog-Resource-State': 'sync',
          'X-Goog-Message-Number': '1',
        },
      },
    ]);
  });

  test('has no token header where it has no token, and keeps "primary" in its address', () => {
    const world = buildWorld();
    watch(world, {}, { calendar: 'primary' });
    expect(world.notifications[0]?.headers).not.toHaveProperty('X-Goog-Channel-Token');
    expect(world.notifications[0]?.headers['X-Goog-Resource-URI']).toContain('/calendars/primary/events');
  });

  test.each([
    [{}, 604_800_000],
    [{ params: { ttl: '60' } }, 60_000],
    [{ params: { ttl: '99999999' } }, 30 * 86_400_000],
    [{ expiration: 1_800_435_600_000 + 5000 }, 5000],
    [{ expiration: String(1_800_435_600_000 + 5000), params: { ttl: '60' } }, 5000],
    [{ expiration: String(1_800_435_600_000 + 800_000_000) }, 800_000_000],
  ])('that asks for %j lives %d ms', (body, lifeMs) => {
    const world = buildWorld();
    expect(world.nowMs()).toBe(1_800_435_600_000);
    expect(Number(watch(world, body).body.expiration) - world.nowMs()).toBe(lifeMs);
  });

  test.each([
    [{ id: '' }, 400, 'required'],
    [{ id: 'x'.repeat(65) }, 400, 'channelIdInvalid'],
    [{ id: 'with space' }, 400, 'channelIdInvalid'],
    [{ type: 'mail' }, 400, 'invalid'],
    [{ token: 'x'.repeat(257) }, 400, 'invalid'],
    [{ address: 'http://receiver.example/' }, 400, 'push.webhookUrlNotHttps'],
    [{ address: 'ftp://127.0.0.1/' }, 400, 'push.webhookUrlNotHttps'],
    [{ address: 'nowhere' }, 400, 'push.webhookUrlNoHostOrAddress'],
    [{ address: undefined }, 400, 'push.webhookUrlNoHostOrAddress'],
    [{ expiration: '5' }, 400, 'invalid'],
    [{ params: { ttl: '-1' } }, 400, 'invalid'],
  ])('with %j is refused', (body, status, reason) => {
    const world = buildWorld();
    const answer = watch(world, body);
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
    expect(world.notifications).toEqual([]);
  });

  test.each(['http://localhost:8081/x', 'http://127.0.0.1:8081/', 'http://[::1]:8081/'])(
    'may go to %s, on this machine',
    (address) => {
      expect(watch(buildWorld(), { address }).status).toBe(200);
    },
  );

  test('needs an id that no open channel has, on whichever calendar', () => {
    const world = buildWorld();
    watch(world, { params: { ttl: '60' } });
    expect(reasonOf(watch(world, {}, { calendar: BOB }))).toBe('channelIdNotUnique');
    world.advance(60_000);
    expect(watch(world, {}, { calendar: BOB }).status).toBe(200);
  });

  test('is refused by calendars that cannot be watched', () => {
    const world = buildWorld();
    expect(reasonOf(watch(world, {}, { calendar: 'en.usa#holiday@group.v.calendar.google.com' }))).toBe(
      'pushNotSupportedForRequestedResource',
    );
    world.calendar.addCalendar(ALICE);
    world.calendar.setPushSupported(ALICE, false);
    expect(reasonOf(watch(world))).toBe('pushNotSupportedForRequestedResource');
  });

  test('needs the right to read', () => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE);
    expect(watch(world, {}, { as: BOB }).status).toBe(404);
    world.calendar.share(ALICE, BOB, 'freeBusyReader');
    expect(reasonOf(watch(world, {}, { as: BOB }))).toBe('requiredAccessLevel');
    world.calendar.share(ALICE, BOB, 'reader');
    expect(watch(world, {}, { as: BOB }).status).toBe(200);
  });

  test('knows the parameters of a listing, and refuses a malformed sync token like one', () => {
    const world = buildWorld();
    expect(watch(world, {}, { query: { eventTypes: 'default', singleEvents: 'false' } }).status).toBe(200);
    expect(reasonOf(watch(world, { id: 'c2' }, { query: { syncToken: 'x' } }))).toBe('invalid');
  });
});

describe('an open channel', () => {
  test('hears of every change once, under growing numbers with gaps', () => {
    const world = buildWorld();
    watch(world);
    const { id } = world.insert(ALICE, dailySeries());
    world.event(ALICE, `${String(id)}_20270203T090000Z`, 'DELETE');
    world.event(ALICE, id, 'PATCH', { body: { summary: 'x' } });
    world.event(ALICE, id, 'DELETE');
    expect(statesOf(world)).toEqual(['sync', 'exists', 'exists', 'exists', 'exists']);
    const numbers = world.notifications.map(({ headers }) => Number(headers['X-Goog-Message-Number']));
    expect(numbers.toSorted((left, right) => left - right)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(5);
    expect(numbers.at(-1)).toBeGreaterThan(5);
  });

  test("hears of a guest's answer, and of nothing that happens elsewhere, is only read, or is refused", () => {
    const world = buildWorld();
    world.calendar.addCalendar(BOB);
    const { id } = world.insert(ALICE, { attendees: [{ email: BOB }] });
    watch(world);
    world.insert(BOB);
    world.list(ALICE);
    world.event(ALICE, id, 'PATCH', { body: {}, headers: { 'if-match': '"0"' } });
    expect(statesOf(world)).toEqual(['sync']);
    world.event(BOB, id, 'PATCH', { body: { attendees: [{ email: BOB, responseStatus: 'accepted' }] } });
    expect(statesOf(world)).toEqual(['sync', 'exists']);
  });

  test('is one of several that share a resource id', () => {
    const world = buildWorld();
    const [one, two, other] = [watch(world), watch(world, { id: 'c2' }), watch(world, { id: 'c3' }, { calendar: BOB })];
    expect(one.body.resourceId).toBe(two.body.resourceId);
    expect(one.body.resourceId).not.toBe(other.body.resourceId);
    world.insert(ALICE);
    expect(world.notifications.slice(3).map(({ channelId }) => channelId)).toEqual(['c1', 'c2']);
  });

  test('ends when it expires, without a word', () => {
    const world = buildWorld();
    watch(world, { params: { ttl: '60' } });
    world.advance(59_999);
    world.insert(ALICE);
    world.advance(1);
    world.insert(ALICE);
    expect(statesOf(world)).toEqual(['sync', 'exists']);
    expect(world.calendar.openChannels()).toEqual([]);
  });

  test('ends when it is stopped by id and resource id together', () => {
    const world = buildWorld();
    const { resourceId } = watch(world).body;
    expect(reasonOf(stop(world, { id: 'c1' }))).toBe('required');
    expect(reasonOf(stop(world, { id: 'c1', resourceId: 'other' }))).toBe('notFound');
    expect(reasonOf(stop(world, { id: 'c2', resourceId }))).toBe('notFound');
    expect(stop(world, { id: 'c1', resourceId }).status).toBe(204);
    expect(stop(world, { id: 'c1', resourceId }).status).toBe(404);
    world.insert(ALICE);
    expect(statesOf(world)).toEqual(['sync']);
  });

  test('can be stopped only by the user who made it', () => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE);
    world.calendar.share(ALICE, BOB, 'reader');
    const { resourceId } = watch(world, {}, { as: BOB }).body;
    expect(stop(world, { id: 'c1', resourceId }, ALICE).status).toBe(404);
    expect(stop(world, { id: 'c1', resourceId }, BOB).status).toBe(204);
  });

  test('may deliver for a while after it was stopped', () => {
    const world = buildWorld({ stopLagMs: 1000 });
    const { resourceId } = watch(world).body;
    stop(world, { id: 'c1', resourceId });
    world.advance(999);
    world.insert(ALICE);
    world.advance(1);
    world.insert(ALICE);
    expect(statesOf(world)).toEqual(['sync', 'exists']);
  });

  test('is silent for a user who may no longer read the calendar', () => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE);
    world.calendar.share(ALICE, BOB, 'reader');
    watch(world, {}, { as: BOB });
    world.calendar.share(ALICE, BOB, 'none');
    world.insert(ALICE);
    expect(statesOf(world)).toEqual(['sync']);
  });

  test('is heard by a listener until he has enough', () => {
    const world = buildWorld();
    const heard: string[] = [];
    const end = world.calendar.onNotification(({ channelId }) => void heard.push(channelId));
    watch(world);
    end();
    world.insert(ALICE);
    expect(heard).toEqual(['c1']);
  });
});
