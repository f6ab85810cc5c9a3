/** Mistakes in who may write to a calendar, and until when. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const LEASES: readonly Defect[] = [
  one(
    'a commit is not fenced by the lease',
    'shared/flow/lease.ts',
    "if (calendar.lease?.owner !== held.owner) throw new LeaseLost('another worker has the lease');",
    '',
  ),
  {
    name: 'a pause leaves the lease standing, and nobody looks at the generation',
    edits: [
      {
        file: 'shared/flow/calendars/command-calendar.ts',
        from: 'lease: null,\n          failure: null,\n          deaths: null,\n          notified',
        to: 'failure: null,\n          deaths: null,\n          notified',
      },
      {
        file: 'shared/flow/lease.ts',
        from: "if (calendar.generation !== held.calendar.generation) throw new LeaseLost('the calendar was changed by a command');",
        to: '',
      },
    ],
  },
  one(
    'a lease is taken without a time at which others look',
    'shared/flow/lease.ts',
    'return withCalendarDue({ ...calendar, lease: { owner, until: services.clock.now() + services.policy.leaseMs } });',
    'return { ...calendar, lease: { owner, until: services.clock.now() + services.policy.leaseMs } };',
  ),
  one(
    'a lease is put down by whoever once held it',
    'shared/flow/lease.ts',
    'if (calendar?.lease?.owner !== held.owner || calendar.generation !== held.calendar.generation) return null;',
    'if (calendar === undefined) return null;',
  ),
  one(
    'a worker that died is noticed only when its calendar is due anyway',
    'shared/flow/wake/wake-calendar.ts',
    '(isDead || isPast(stored.reconcileAt))',
    'isPast(stored.reconcileAt)',
  ),
];
