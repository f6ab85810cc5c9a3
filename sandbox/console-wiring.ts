/** Hands the running sandbox to the console. */
import type { WorkerServices } from '../functions/sync-calendar.ts';
import { bindingIdOf, calendarKeyOf } from '../shared/domain/ids.ts';
import { removeCalendar } from '../shared/flow/calendars/remove-calendar.ts';
import { retryBinding } from '../shared/flow/deliver/retry-failure.ts';
import type { SandboxAddOn } from './add-on/sandbox-add-on.ts';
import type { SimulatedCalendar } from './calendar/simulated-calendar.ts';
import type { SimulatedConferences } from './conference/simulated-conferences.ts';
import type { ConsoleWorld, FailureView } from './console/console-world.ts';
import type { ConsoleFeed } from './console-feed.ts';
import type { ConferenceSide } from './deliveries/open-conference-side.ts';
import type { SimulatedOAuth } from './oauth/simulated-oauth.ts';
import { LOOPBACK, type SandboxPorts } from './sandbox-config.ts';
import type { SandboxState } from './sandbox-state.ts';
import type { WorkerSwitch } from './worker-switch.ts';

/** All that the console is handed. */
export interface ConsoleParts {
  readonly calendar: SimulatedCalendar;
  readonly oauth: SimulatedOAuth;
  readonly conferences: SimulatedConferences;
  readonly side: ConferenceSide;
  readonly addOn: SandboxAddOn;
  readonly worker: WorkerSwitch;
  readonly feed: ConsoleFeed;
  readonly state: SandboxState;
  readonly services: WorkerServices;
  readonly ports: SandboxPorts;
}

const SHOWN_MAX = 100;

/** See the file's head. */
export function consoleWorld({
  calendar,
  oauth,
  conferences,
  side,
  addOn,
  worker,
  feed,
  state,
  services,
  ports,
}: ConsoleParts): ConsoleWorld {
  conferences.onChange((conference) => feed.tell({ kind: 'conference', at: Date.now(), conference }));
  return {
    now: Date.now,
    subscribe: (listener) => feed.subscribe(listener),
    calendar,
    conferences: side.conferences,
    deliveries: side.deliveries,
    receiver: side.receiver,
    addOn,
    grants: { revoke: (user) => oauth.grants.revokeUser(user) },
    worker,
    manageOrigin: `http://${LOOPBACK}:${ports.manageCalendars}`,
    deadLetters: state.letters,
    failures: {
      list: () => listFailures(services),
      async retry(calendarId, eventId) {
        await retryBinding(services, { calendar: calendarKeyOf(calendarId), id: bindingIdOf(eventId) });
      },
    },
    reset: () => reset({ calendar, oauth, side, worker, services, state }),
  };
}

async function listFailures({ store }: WorkerServices): Promise<readonly FailureView[]> {
  const views: FailureView[] = [];
  for (const binding of await store.failedBindings({ after: null, limit: SHOWN_MAX })) {
    const [calendar, conference] = [await store.calendar(binding.calendar), await store.conference(binding.conference)];
    if (calendar === undefined || conference === undefined || binding.failure === null) continue;
    const { reason, at } = binding.failure;
    const { calendarId } = calendar;
    views.push({ calendarId, eventId: binding.eventId, conferenceId: conference.conferenceId, reason, at });
  }
  return views;
}

/** Faults lifted, calendars unregistered, consents taken back, events and conferences gone. */
async function reset({
  calendar,
  oauth,
  side,
  worker,
  services,
  state,
}: Omit<ConsoleParts, 'conferences' | 'addOn' | 'feed' | 'ports'>): Promise<void> {
  calendar.faults.set([]);
  side.conferences.setBehaviour([]);
  worker.setPaused(false);
  for (const registered of await services.store.calendars({ after: null, limit: SHOWN_MAX })) {
    await removeCalendar(services, registered.key, services.clock.now() + services.policy.syncBudgetMs.upkeep);
  }
  const connections = await services.store.connections({ after: null, limit: SHOWN_MAX });
  for (const { subject } of connections) oauth.grants.revokeUser(subject);
  await services.store.transact(async (tx) => {
    for (const { key } of connections) tx.deleteConnection(key);
  });
  for (const id of calendar.calendarIds()) {
    calendar.handle({ method: 'POST', path: `/calendar/v3/calendars/${encodeURIComponent(id)}/clear` });
  }
  side.conferences.forgetAll();
  side.deliveries.clear();
  for (const { id } of await state.letters.list()) await state.letters.drop(id);
}
