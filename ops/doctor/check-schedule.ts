/** The doctor on the clockwork: the scheduler job, and whether anything is overdue; and on the clock of this machine. */

import { lengthText } from '../cli/times.ts';
import { counted } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { gatherDue } from '../status/gather-status.ts';
import { broken, type Finding, judged, unchecked, warning, well } from './finding.ts';

const OVERDUE_MAX_MS = 240_000;
const QUIET_MAX_MS = 10 * 60_000;
/** Access tokens, signatures and leases forgive a few seconds. */
const SKEW_MAX_MS = 5_000;

export async function checkJob({ installation, names, clock }: OpsServices): Promise<readonly Finding[]> {
  const check = `scheduler job ${names.job}`;
  const reading = await installation.job(names.job);
  const whenAbsent = broken(
    check,
    'it does not exist: no channel is renewed, nothing due is done',
    'Run `terraform apply`. Or CONFSYNC_REGION names the wrong region.',
  );
  const gcloud = (verb: string, region: string): string =>
    `gcloud scheduler jobs ${verb} ${names.job} --project ${names.projectId} --location ${region}`;
  return judged(check, reading, whenAbsent, ({ region, state, schedule, lastAttemptAt, lastError }) => {
    if (state === 'paused')
      return broken(check, 'it is paused: no channel is renewed, nothing due is done', gcloud('resume', region));
    if (state !== 'enabled') return broken(check, `its state is ${state}`, gcloud('describe', region));
    if (lastError !== null)
      return broken(check, `its last run failed: ${lastError}`, 'See the logs of renew-channels.');
    const isQuiet = lastAttemptAt === null || clock.now() - lastAttemptAt > QUIET_MAX_MS;
    return isQuiet
      ? broken(
          check,
          `it has not run ${lastAttemptAt === null ? 'yet' : `for ${lengthText(clock.now() - lastAttemptAt)}`}`,
          gcloud('run', region),
        )
      : well(check, `enabled, ${schedule}, last run ${lengthText(clock.now() - lastAttemptAt)} ago`);
  });
}

export async function checkDue(services: OpsServices): Promise<readonly Finding[]> {
  const check = 'what is due';
  const { count, longestMs } = await gatherDue(services, services.clock.now());
  return [
    longestMs > OVERDUE_MAX_MS
      ? broken(
          check,
          `${counted(count, 'thing')} due, one for ${lengthText(longestMs)}: renew-channels does not get through`,
          'See the scheduler job above and the logs of renew-channels.',
        )
      : well(check, count === 0 ? 'nothing waits' : `${counted(count, 'thing')}, all of the last minutes`),
  ];
}

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

const CALENDARS_LOOKED_AT = 100;
/** No lease can be set to run longer, see LEASE_SECONDS. */
const LEASE_MAX_MS = 540_000;

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
