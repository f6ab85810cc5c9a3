/** A channel that Google refuses for want of access, where it lists the calendar all the same. */
import { expect, test } from '@jest/globals';
import { AccessLost, CalendarUnreachable, type GoogleTrouble } from '../../../shared/domain/errors.ts';
import type { AccessRole } from '../../../shared/domain/event/event.ts';
import { ALICE, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE_MS = 60_000;
const NARROWED = new CalendarUnreachable('events.watch: status 403', { reason: 'access_narrowed' });
const GONE = new CalendarUnreachable('events.watch: status 404');

/** Two days of scheduled runs. */
async function live(accessRole: AccessRole, trouble: GoogleTrouble): Promise<World> {
  const world = new World({ tellsOfCalendars: true });
  world.accessRole = accessRole;
  world.put(ALICE, meeting('e1', ours('c1')));
  world.troubles.set('watch', trouble);
  await world.register(ALICE);
  for (let minute = 0; minute < 2 * 24 * 60; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE_MS);
    await world.renew();
  }
  return world;
}

const noticesOf = ({ noticed }: World) => noticed.map(({ notice }) => notice.type);

test.each(['none', 'freeBusyReader'] as const)(
  'a calendar of which only busy times are shown is out of reach, and that is told once (%s)',
  async (accessRole) => {
    const world = await live(accessRole, NARROWED);
    expect(world.noticed).toMatchObject([
      { notice: { type: 'calendar.disconnected', data: { reason: 'access_narrowed' } } },
    ]);
    expect(await world.calendar(ALICE)).toMatchObject({ status: 'unreachable', syncToken: null });
    expect(world.told).toEqual([]);
    expect(world.calls.watch + world.calls.list).toBeLessThan(20);
  },
);

test('it is followed as soon as more is shown', async () => {
  const world = await live('freeBusyReader', NARROWED);
  world.accessRole = 'reader';
  world.troubles.clear();
  await world.clock.runTo(world.clock.now() + MINUTE_MS);
  await world.register(ALICE);
  expect(world.told).toMatchObject([{ change: { data: { conferenceId: 'c1' } } }]);
  expect(noticesOf(world).at(-1)).toBe('calendar.connected');
});

test.each([
  ['narrowed access', NARROWED],
  ['a calendar that is not found', GONE],
  ['lost access', new AccessLost('events.watch: status 401')],
])(
  'where every channel is refused for %s, that is told once at most, and the calendar is listed',
  async (_, trouble) => {
    const world = await live('owner', trouble);
    expect(noticesOf(world).filter((type) => type === 'calendar.disconnected').length).toBeLessThanOrEqual(1);
    expect(noticesOf(world).at(-1)).toBe('calendar.connected');
    expect(await world.calendar(ALICE)).toMatchObject({ status: 'active', channel: null });
    expect(world.told).toHaveLength(1);
  },
);
