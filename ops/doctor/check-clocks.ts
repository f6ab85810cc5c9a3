/** The doctor on the clocks: of this machine, and of those that stamp the records. */

import { counted } from '../cli/counted.ts';
import { lengthText } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { broken, type Finding, judged, unchecked, warning, well } from './finding.ts';

/** Access tokens, signatures and leases forgive a few seconds. */
const SKEW_MAX_MS = 5_000;
const CALENDARS_LOOKED_AT = 100;
/** No lease can be set to run longer, see LEASE_SECONDS. */
const LEASE_MAX_MS = 540_000;

export async function checkClock({ installation, clock }: OpsServices): Promise<readonly Finding[]> {
  const check = 'clock of this machine';
  const before = clock.now();
  const reading = await installation.googleTime();
  const now = (before + clock.now()) / 2;
  return judged(check, reading, warning(check, "Google's answer has no time", ''), (time) => {
    // The header has whole seconds.
    const skew = Math.abs(now - (time + 500));
    return skew > SKEW_MAX_MS
      ? broken(
          check,
          `it is ${lengthText(skew)} off Google's: signatures are refused, and this program judges ages wrongly`,
          'Set the clock (chrony or ntp).',
        )
      : well(check, "agrees with Google's");
  });
}

/**
 * Whether the clocks that stamp the records agree: `openedAt` comes from the database's, `lastSyncedAt` from a worker's, and of a listing
 * that ended well the one follows on the other. What lies in the future of this machine was stamped by a clock that is ahead of it.
 */
export async function checkStamps({ store, clock }: OpsServices): Promise<readonly Finding[]> {
  const check = 'clocks of workers and database';
  const calendars = await store.calendars({ after: null, limit: CALENDARS_LOOKED_AT });
  const now = clock.now();
  const stamps = calendars.flatMap(({ openedAt, lastSyncedAt, lease, checkpoint, failure }) => {
    const isAtRest = lease === null && checkpoint === null && failure === null;
    return openedAt === null || lastSyncedAt === null || !isAtRest ? [] : [{ openedAt, lastSyncedAt }];
  });
  const [stuck, ...others] = calendars.flatMap(({ lease }) =>
    lease !== null && lease.until - now > LEASE_MAX_MS ? [lease.until - now] : [],
  );
  if (stuck !== undefined) {
    return [
      broken(
        check,
        `${counted(1 + others.length, 'calendar')} held for ${lengthText(Math.max(stuck, ...others))} to come, longer than any worker may: the clock of the worker that wrote so is ahead`,
        'See docs/runbook.md, section "A calendar stands still".',
      ),
    ];
  }
  if (stamps.length === 0)
    return [unchecked(check, 'no calendar is at rest after a sync, so there is nothing to compare')];
  const off = {
    "the workers' clock is ahead of this machine's": Math.max(...stamps.map(({ lastSyncedAt }) => lastSyncedAt - now)),
    "the database's clock is ahead of this machine's": Math.max(...stamps.map(({ openedAt }) => openedAt - now)),
    "the workers' clock is behind the database's": Math.max(
      ...stamps.map(({ openedAt, lastSyncedAt }) => openedAt - lastSyncedAt),
    ),
  };
  const findings = Object.entries(off)
    .filter(([, ms]) => ms > SKEW_MAX_MS)
    .map(([what, ms]) =>
      broken(
        check,
        `${what} by ${lengthText(ms)}: leases, grace and freshness are judged wrongly`,
        'Which one is right, "clock of this machine" says.',
      ),
    );
  return findings.length === 0 ? [well(check, 'agree')] : findings;
}
