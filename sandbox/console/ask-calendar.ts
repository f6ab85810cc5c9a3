/**
 * The console's own calls of the simulated Calendar. Faults are thrown at the service, not at the person who watches: they
 * are lifted for the call, except those that strike notifications, since an edit on the page is to meet these.
 */
import type { FaultRule } from '../calendar/faults/fault-rules.ts';
import type { CalendarCall, CalendarReply, ConsoleCalendar } from './console-world.ts';

const FAULTS_OF_NOTIFICATIONS: readonly FaultRule['kind'][] = [
  'dropNotification',
  'doubleNotification',
  'delayNotification',
];

/** Calls the API past the faults that strike requests. Nothing else can run meanwhile. */
export function askCalendar(calendar: Pick<ConsoleCalendar, 'handle' | 'faults'>, call: CalendarCall): CalendarReply {
  const rules = calendar.faults.list();
  const lifted = rules.filter(({ kind }) => !FAULTS_OF_NOTIFICATIONS.includes(kind));
  if (lifted.length === 0) return calendar.handle(call);
  calendar.faults.set(rules.filter(({ kind }) => FAULTS_OF_NOTIFICATIONS.includes(kind)));
  try {
    return calendar.handle(call);
  } finally {
    calendar.faults.set([...lifted, ...calendar.faults.list()]);
  }
}
