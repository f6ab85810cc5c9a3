/** The faults that the page offers, in plain words, and what each does to the simulators and the worker. */
import type { FaultRule } from '../calendar/faults/fault-rules.ts';
import type { BehaviourRule } from '../conference/behaviour.ts';
import type { ConsoleCalendar, ConsoleConferences, ConsoleWorker, ReceiverView } from './console-world.ts';

/** `armed`: strikes at the next occasion. `on`: strikes until it is switched off. */
export type SwitchState = 'off' | 'armed' | 'on';

/** A switch as the page shows it. `act`: does its work at once and has no state. */
export interface FaultView {
  readonly id: string;
  readonly group: 'Notifications' | 'Calendar API' | 'Conference system' | 'Service';
  readonly label: string;
  /** What happens, in one sentence. */
  readonly help: string;
  readonly kind: 'once' | 'toggle' | 'act';
  readonly state: SwitchState;
}

/** What the faults strike. */
export interface FaultTargets {
  readonly calendar: Pick<ConsoleCalendar, 'faults' | 'expireSyncTokens'>;
  readonly conferences: Pick<ConsoleConferences, 'behaviour' | 'setBehaviour' | 'forgetAll'>;
  readonly worker: ConsoleWorker;
  receiver(): Pick<ReceiverView, 'kind'>;
}

interface Fault extends Omit<FaultView, 'state'> {
  state(targets: FaultTargets): SwitchState;
  set(targets: FaultTargets, on: boolean): void;
}

const NO_ANSWER_MS = 4_000;
const LATE_NOTIFICATION_MS = 5_000;
const EVENTS_PATH = '/calendar/v3/calendars/[^/]+/events';

const FAULTS: readonly Fault[] = [
  calendarFault('drop-next', 'once', 'Lose next', 'The next notification never comes.', {
    kind: 'dropNotification',
    next: 1,
  }),
  calendarFault('drop-all', 'toggle', 'Lose all', 'No notification comes: only reconciling finds the changes.', {
    kind: 'dropNotification',
  }),
  calendarFault('late', 'toggle', 'Delay', `Each notification comes ${LATE_NOTIFICATION_MS / 1000} s late.`, {
    kind: 'delayNotification',
    delayMs: LATE_NOTIFICATION_MS,
  }),
  calendarFault('double', 'toggle', 'Double', 'Each notification comes twice.', { kind: 'doubleNotification' }),
  {
    id: 'expire-tokens',
    group: 'Calendar API',
    kind: 'act',
    label: 'Expire tokens',
    help: 'Sync tokens are void: the next sync is answered 410 and reads the whole calendar.',
    state: () => 'off',
    set: ({ calendar }) => calendar.expireSyncTokens(),
  },
  calendarFault('throttle', 'toggle', 'Rate limit', 'Every call is answered 403 rateLimitExceeded.', {
    kind: 'error',
    error: 'rateLimitExceeded',
    path: EVENTS_PATH,
  }),
  calendarFault('fail-next', 'once', 'Fail next 3', 'The next three calls are answered 503.', {
    kind: 'error',
    error: 'serviceUnavailable',
    next: 3,
  }),
  conferenceFault('down', 'Down', 'Every delivery is answered 503.', { kind: 'fail', status: 503 }),
  conferenceFault('slow', 'Slow', `Every answer takes ${NO_ANSWER_MS / 1000} s.`, {
    kind: 'slow',
    delayMs: NO_ANSWER_MS,
  }),
  conferenceFault('reject', 'Reject', 'Every delivery is answered 422: the change is refused for good.', {
    kind: 'reject',
    status: 422,
  }),
  conferenceFault('html', 'Web page', 'Every delivery is answered 200 with HTML, as a wrong address does.', {
    kind: 'html',
    status: 200,
  }),
  conferenceFault('patch', 'Write back', 'Every answer asks for another location of the event.', {
    kind: 'event_patch',
    eventPatch: { location: 'Room by the conference system' },
  }),
  {
    id: 'forget',
    group: 'Conference system',
    kind: 'act',
    label: 'Forget all',
    help: 'It knows no conference any more, as after a restore from an old backup.',
    state: () => 'off',
    set: ({ conferences }) => conferences.forgetAll(),
  },
  {
    id: 'pause',
    group: 'Service',
    kind: 'toggle',
    label: 'Hold queue',
    help: 'No work message reaches the worker until released.',
    state: ({ worker }) => (worker.isPaused() ? 'on' : 'off'),
    set: ({ worker }, on) => worker.setPaused(on),
  },
  {
    id: 'kill',
    group: 'Service',
    kind: 'once',
    label: 'Kill worker',
    help: 'The worker dies in the middle of the next sync.',
    state: ({ worker }) => (worker.isKillArmed() ? 'armed' : 'off'),
    set: ({ worker }, on) => worker.setKillArmed(on),
  },
];

/** All switches with their present state. */
export function viewFaults(targets: FaultTargets): FaultView[] {
  // A receiver of the user's own takes no orders from here.
  const isObedient = targets.receiver().kind === 'simulated';
  return FAULTS.filter(({ group }) => isObedient || group !== 'Conference system').map((fault) => {
    const { id, group, label, help, kind } = fault;
    return { id, group, label, help, kind, state: fault.state(targets) };
  });
}

/** Throws a switch; says false for one that does not exist. */
export function setFault(targets: FaultTargets, id: string, on: boolean): boolean {
  const fault = FAULTS.find((candidate) => candidate.id === id);
  fault?.set(targets, on);
  return fault !== undefined;
}

function calendarFault(id: string, kind: 'once' | 'toggle', label: string, help: string, rule: FaultRule): Fault {
  const others = (rules: readonly FaultRule[]): FaultRule[] => rules.filter((known) => !isSameRule(known, rule));
  return {
    id: `calendar-${id}`,
    group: rule.kind === 'error' ? 'Calendar API' : 'Notifications',
    kind,
    label,
    help,
    state: ({ calendar }) => stateOf(kind, others(calendar.faults.list()).length < calendar.faults.list().length),
    set: ({ calendar }, on) => {
      const rest = others(calendar.faults.list());
      calendar.faults.set(on ? [...rest, rule] : rest);
    },
  };
}

function conferenceFault(id: string, label: string, help: string, rule: BehaviourRule): Fault {
  const others = (rules: readonly BehaviourRule[]): BehaviourRule[] =>
    rules.filter((known) => !isSameRule(known, rule));
  return {
    id: `conference-${id}`,
    group: 'Conference system',
    kind: 'toggle',
    label,
    help,
    state: ({ conferences }) =>
      stateOf('toggle', others(conferences.behaviour()).length < conferences.behaviour().length),
    set: ({ conferences }, on) => {
      const rest = others(conferences.behaviour());
      conferences.setBehaviour(on ? [...rest, rule] : rest);
    },
  };
}

function stateOf(kind: 'once' | 'toggle', stands: boolean): SwitchState {
  if (!stands) return 'off';
  return kind === 'once' ? 'armed' : 'on';
}

/** A rule stays the same while its count runs down; one with a count is another than one without. */
function isSameRule(one: FaultRule | BehaviourRule, other: FaultRule | BehaviourRule): boolean {
  const uncounted = ({ next, ...rest }: FaultRule | BehaviourRule): object => ({
    ...rest,
    isCounted: next !== undefined,
  });
  const sorted = (rule: object): string => JSON.stringify(Object.entries(rule).sort());
  return sorted(uncounted(one)) === sorted(uncounted(other));
}
