/** What on-call staff, Google and strangers do in the middle of it, by name: each seed draws which of these exist in its world. */
import { type JsonObject, textAt } from '../../sandbox/calendar/wire/json.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { channelIdFor, signChannel } from '../../shared/domain/notification/channel.ts';
import {
  pauseCalendar,
  requestRenewal,
  requestSync,
  resumeCalendar,
} from '../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { removeCalendar } from '../../shared/flow/calendars/remove-calendar.ts';
import { hastenRetry } from '../../shared/flow/deliver/retry-failure.ts';
import type { Processes } from './processes.ts';
import type { Random } from './random.ts';
import { ask, done, patch, pathOf } from './requests.ts';
import { REGISTERED, subjectOf } from './settings.ts';
import type { World } from './world.ts';

/** Where it happens, and what it is drawn from. */
export interface Occasion {
  readonly world: World;
  readonly random: Random;
  readonly user: string;
  /** Events of his that still stand. */
  readonly own: readonly JsonObject[];
}

/** Each of them; none waits for anything. */
const OPERATIONS = {
  leave: (occasion) => leave(occasion),
  hide: (occasion) => hide(occasion),
  pause: (occasion) => {
    const { world, random, user } = occasion;
    command(occasion, `pauses ${user}`, (services) => pauseCalendar(services, calendarKeyOf(user)));
    world.scheduler.after(random.between(1_000, 200_000), 'resume', () =>
      command(occasion, `resumes ${user}`, (services) => resumeCalendar(services, calendarKeyOf(user))),
    );
  },
  sync: (occasion) => sync(occasion, 'syncs', { full: false, resend: false }),
  syncInFull: (occasion) => sync(occasion, 'syncs in full', { full: true, resend: false }),
  resend: (occasion) => sync(occasion, 'sends once more', { full: true, resend: true }),
  renewChannel: (occasion) =>
    command(occasion, `renews the channel of ${occasion.user}`, (services) =>
      requestRenewal(services, calendarKeyOf(occasion.user)),
    ),
  hastenRetries: (occasion) => {
    const failing = [...occasion.world.shadow.conferences.values()].find(({ attempts }) => attempts > 0);
    if (failing === undefined) return;
    command(occasion, `hastens ${failing.conferenceId}`, (services) => hastenRetry(services, failing.key));
  },
  expireTokens: ({ world, random, user }) => {
    world.calendar.expireSyncTokens(user);
    // A listing of everything shows nothing any more of what was deleted long ago.
    if (random.happens(0.5)) world.calendar.purgeDeleted(user);
    done(world, 'google', `lets the sync tokens of ${user} expire`);
  },
  outage: ({ world, random }) =>
    world.cutConferencesOff(random.happens(0.3) ? world.pauseMsMax : random.between(1_000, world.pauseMsMax)),
  noPush: ({ world, random, user }) => {
    const { calendar, scheduler } = world;
    calendar.setPushSupported(user, false);
    scheduler.after(random.between(1_000, 200_000), 'push', () => calendar.setPushSupported(user, true));
  },
  forgery: ({ world, random, user }) => {
    const id = channelIdFor(calendarKeyOf(user), 'forged');
    const forged = random.pick([
      {},
      { 'x-goog-channel-id': 'a-channel-of-others', 'x-goog-resource-state': 'exists' },
      { 'x-goog-channel-id': id, 'x-goog-resource-state': 'exists' },
      {
        'x-goog-channel-id': id,
        'x-goog-resource-state': 'exists',
        'x-goog-channel-token': signChannel(id, ['guess']),
      },
    ]);
    world.messages.forge(forged ?? {});
  },
  changeSubject: (occasion) => {
    const { world, random, user } = occasion;
    const register = (subject: string): void =>
      command(occasion, `registers ${user} of ${subject}`, (services) => registerCalendar(services, user, subject));
    if (world.absences.isAway(user)) return;
    register(random.pick(REGISTERED) ?? user);
    world.scheduler.after(random.between(1_000, 200_000), 'registration', () => {
      if (!world.absences.isAway(user)) register(subjectOf(user));
    });
  },
  look: ({ world, user }) => {
    ask(world, user, 'looks at the calendar', { method: 'GET', path: pathOf(user) });
  },
} as const satisfies Record<string, (occasion: Occasion) => void>;

/** Name of something that they do. */
export type Operation = keyof typeof OPERATIONS;
const ALL = Object.keys(OPERATIONS).filter((name): name is Operation => name in OPERATIONS);
/** After these a calendar may need its next reconcile. */
const LOSING: readonly Operation[] = ['hide', 'noPush'];

const HOUR = 3_600_000;

/** What happens in a seed's world: two thirds of all, never nothing. Where time is long, outages come more often than the rest. */
export function drawOperations(random: Random, isLossy: boolean, pauseMsMax: number): readonly Operation[] {
  const often: readonly Operation[] = pauseMsMax > HOUR ? ['outage', 'outage', 'outage'] : [];
  const drawn = [...ALL, ...often].filter((name) => random.happens(0.66) && (isLossy || !LOSING.includes(name)));
  return drawn.length === 0 ? ['look'] : drawn;
}

/** Does it. */
export function operate(name: Operation, occasion: Occasion): void {
  OPERATIONS[name](occasion);
}

/** Notes a person's command, and has it carried out. */
export function command(
  { world }: Pick<Occasion, 'world'>,
  what: string,
  task: Parameters<Processes['command']>[1],
): void {
  world.history.add(world.scheduler.now, 'OPERATOR', what);
  void world.processes.command('operator', task);
}

function sync(occasion: Occasion, what: string, wish: Parameters<typeof requestSync>[2]): void {
  const { user } = occasion;
  command(occasion, `${what} ${user}`, (services) => requestSync(services, calendarKeyOf(user), wish));
}

/** One of the user's events becomes private, and our access loses sight of such events for a while. */
function hide({ world, random, user, own }: Occasion): void {
  if (world.hidden.has(user)) return;
  const id = textAt(random.pick(own), 'id');
  if (id !== undefined) patch(world, user, id, { visibility: 'private' });
  world.hidePrivate(user, true);
  world.scheduler.after(random.between(1_000, 200_000), 'access', () => world.hidePrivate(user, false));
}

/** A calendar is removed, and registered again after a while. */
function leave(occasion: Occasion): void {
  const { world, random, user } = occasion;
  const { absences, history, scheduler } = world;
  if (absences.isAway(user)) return;
  absences.leave(user);
  world.truth.forget(user);
  history.add(scheduler.now, 'OPERATOR', `removes ${user}`);
  const awayMs = random.between(1_000, 200_000);
  void world.processes
    .command('operator', (services) =>
      removeCalendar(services, calendarKeyOf(user), services.clock.now() + services.policy.syncBudgetMs.upkeep),
    )
    .then(() =>
      scheduler.after(awayMs, 'registration', () => {
        absences.comeBack(user, scheduler.now);
        command(occasion, `registers ${user}`, (services) => registerCalendar(services, user, subjectOf(user)));
      }),
    );
}
