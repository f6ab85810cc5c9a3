/** The doctor on the schedule: the scheduler job, and whether anything is overdue. */

import { counted } from '../cli/counted.ts';
import { lengthText } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { countAsOf, gatherDue } from '../status/gather-status.ts';
import { OVERDUE_MAX_MS } from '../status/judge-status.ts';
import { broken, type Finding, judged, well } from './finding.ts';

const QUIET_MAX_MS = 10 * 60_000;

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

export async function checkDue({ store, clock }: OpsServices): Promise<readonly Finding[]> {
  const check = 'what is due';
  const now = clock.now();
  const { count, longestMs } = await gatherDue(store, countAsOf(store, now), now);
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
