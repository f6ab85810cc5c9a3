/** What in the status of the installation calls for a person, and what he should type next. Pure. */

import { lengthText } from '../cli/times.ts';
import { counted } from '../cli/unchanged.ts';
import type { StatusFacts } from './gather-status.ts';

/** One reason to call the installation unhealthy. */
export interface Concern {
  readonly what: string;
  readonly doThis: string;
}

/** The thresholds of the alerts of the same names. */
const LIVE_AGE_MAX_MS = 300_000;
const UPKEEP_AGE_MAX_MS = 3_600_000;
/** renew-channels runs every minute; three missed runs are no chance. */
const OVERDUE_MAX_MS = 240_000;

/** The concerns, the most urgent first. */
export function judgeStatus(facts: StatusFacts): readonly Concern[] {
  const concerns: Concern[] = [];
  const concern = (isTrue: boolean, what: string, doThis: string): void => {
    if (isTrue) concerns.push({ what, doThis });
  };
  const { live, upkeep, deadLetters, channels, calendars, job } = facts;
  if (job.kind === 'known') {
    concern(job.fact.state !== 'enabled', `the scheduler job is ${job.fact.state}`, 'confsync doctor');
    concern(
      job.fact.lastError !== null,
      `the last run of renew-channels failed: ${job.fact.lastError}`,
      'confsync doctor',
    );
  }
  concern(
    facts.longestOverdueMs > OVERDUE_MAX_MS,
    `${facts.due} things are due, one for ${lengthText(facts.longestOverdueMs)}: renew-channels does not run`,
    'confsync doctor',
  );
  if (live.kind === 'known') {
    concern(
      live.fact.oldestAgeMs > LIVE_AGE_MAX_MS,
      `an edit has waited ${lengthText(live.fact.oldestAgeMs)} on the live lane`,
      'see the logs of sync-calendar-live, then: confsync doctor',
    );
  }
  if (upkeep.kind === 'known') {
    concern(
      upkeep.fact.oldestAgeMs > UPKEEP_AGE_MAX_MS,
      `a message has waited ${lengthText(upkeep.fact.oldestAgeMs)} on the upkeep lane`,
      'see the logs of sync-calendar-upkeep, then: confsync doctor',
    );
  }
  if (deadLetters.kind === 'known') {
    concern(deadLetters.fact > 0, counted(deadLetters.fact, 'dead letter'), 'confsync dead-letters list');
  }
  concern(
    channels.expired > 0,
    `${counted(channels.expired, 'channel')} expired`,
    'confsync channels renew --within 1h',
  );
  concern(
    channels.missing > 0,
    `${counted(channels.missing, 'active calendar')} without a channel`,
    'confsync channels list --within 1s',
  );
  concern(
    calendars.disconnected > 0,
    `${counted(calendars.disconnected, 'calendar')} disconnected`,
    'confsync calendars list --status disconnected',
  );
  concern(
    calendars.unreachable > 0,
    `${counted(calendars.unreachable, 'calendar')} unreachable`,
    'confsync calendars list --status unreachable',
  );
  concern(
    facts.failures > 0,
    `${counted(facts.failures, 'change')} refused by the conference system`,
    'confsync failures list',
  );
  return concerns;
}
