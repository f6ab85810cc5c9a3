/** What in the status of the installation calls for a person, and what he should type next. Pure. */

import { counted } from '../cli/counted.ts';
import { lengthText } from '../cli/times.ts';
import type { Backlog, Freshness, JobFacts, Notifications, Reading } from '../ports.ts';
import type { Due, Failing, FailingDeliveries, Fleet, StatusFacts } from './gather-status.ts';

/** One reason to call the installation unhealthy. */
export interface Concern {
  readonly what: string;
  readonly doThis: string;
}

/** The thresholds of the alerts of the same names, as the Terraform module has them by default. */
const LIVE_AGE_MAX_MS = 300_000;
const UPKEEP_AGE_MAX_MS = 3_600_000;
const FRESHNESS_MAX_MS = 30_000;
/** renew-channels runs every minute; three missed runs are no coincidence. */
export const OVERDUE_MAX_MS = 240_000;
/** One delivery that fails now and then is retried and needs nobody. */
const FAILING_MAX_MS = 300_000;
const FAILING_MAX = 20;
/** The waits in between are a minute, two, four: what fails at the third is no hiccup of Google's. */
const SYNC_ATTEMPTS_MAX = 3;
/** Anybody can send the receiver a few. */
const REFUSED_MAX = 10;

/** The concerns, the most urgent first. What is not known is no concern, but for a part that is not there. */
export function judgeStatus(facts: StatusFacts): readonly Concern[] {
  return [
    ...ofAbsent(facts),
    ...ofKnown(facts.job, ofJob),
    ...ofKnown(facts.due, ofDue),
    ...ofKnown(facts.live, ofLive),
    ...ofKnown(facts.upkeep, ofUpkeep),
    ...ofKnown(facts.deliveries, ofDeliveries),
    ...ofKnown(facts.notifications, ofNotifications),
    ...ofKnown(facts.freshness, ofFreshness),
    ...ofKnown(facts.syncs, ofSyncs),
    ...ofKnown(facts.deadLetters, (count) =>
      when(count > 0, counted(count, 'dead letter'), 'confsync dead-letters list'),
    ),
    ...ofKnown(facts.fleet, ofFleet),
    ...when(
      facts.unreadable.length > 0,
      `${counted(facts.unreadable.length, 'record')} cannot be read: ${facts.unreadable.join(', ')}`,
      'docs/runbook.md, section unreadable-records',
    ),
  ];
}

function ofKnown<Fact>(reading: Reading<Fact>, judge: (fact: Fact) => readonly Concern[]): readonly Concern[] {
  return reading.kind === 'known' ? judge(reading.fact) : [];
}

function when(isTrue: boolean, what: string, doThis: string): readonly Concern[] {
  return isTrue ? [{ what, doThis }] : [];
}

/** Parts of the installation that are nowhere; the doctor says what that means, and how to get them. */
function ofAbsent(facts: StatusFacts): readonly Concern[] {
  const parts = [
    [facts.live, 'the subscription of the live lane'],
    [facts.upkeep, 'the subscription of the upkeep lane'],
    [facts.deadLetters, 'the subscription of the dead letters'],
    [facts.job, 'the scheduler job'],
  ] as const;
  const missing = parts.filter(([{ kind }]) => kind === 'absent').map(([, part]) => part);
  return when(missing.length > 0, `not there: ${missing.join(', ')}`, 'confsync doctor');
}

function ofJob({ state, lastError }: JobFacts): readonly Concern[] {
  return [
    ...when(state !== 'enabled', `the scheduler job is ${state}`, 'confsync doctor'),
    ...when(lastError !== null, `the last run of renew-channels failed: ${lastError}`, 'confsync doctor'),
  ];
}

function ofDue({ count, longestMs }: Due): readonly Concern[] {
  return when(
    longestMs > OVERDUE_MAX_MS,
    `${counted(count, 'thing')} due, one for ${lengthText(longestMs)}: renew-channels does not run, or does not keep up`,
    'confsync doctor',
  );
}

function ofLive({ oldestAgeMs }: Backlog): readonly Concern[] {
  return when(
    oldestAgeMs > LIVE_AGE_MAX_MS,
    `an edit has waited ${lengthText(oldestAgeMs)} on the live lane`,
    'see the logs of sync-calendar-live, then: confsync doctor',
  );
}

function ofUpkeep({ oldestAgeMs }: Backlog): readonly Concern[] {
  return when(
    oldestAgeMs > UPKEEP_AGE_MAX_MS,
    `a message has waited ${lengthText(oldestAgeMs)} on the upkeep lane`,
    'see the logs of sync-calendar-upkeep, then: confsync doctor',
  );
}

function ofDeliveries({ count, isAll, longestMs, reason }: FailingDeliveries): readonly Concern[] {
  return when(
    longestMs > FAILING_MAX_MS || count >= FAILING_MAX,
    `deliveries fail for ${manyText(count, isAll, 'conference')}, for ${lengthText(longestMs)} now (${reason ?? 'no reason on record'})`,
    'confsync failures list --retrying',
  );
}

function ofSyncs({ count, isAll, attempts, reason }: Failing): readonly Concern[] {
  return when(
    attempts >= SYNC_ATTEMPTS_MAX || count >= FAILING_MAX,
    `${manyText(count, isAll, 'calendar')} postponed, ${inARow(attempts)} (${reason ?? 'no reason on record'})`,
    'confsync calendars list --failing',
  );
}

function ofNotifications({ taken, refused }: Notifications): readonly Concern[] {
  return when(
    refused >= REFUSED_MAX && refused > taken,
    `${counted(refused, 'notification')} of the last hour refused for a wrong token, ${taken} taken`,
    'confsync doctor',
  );
}

function ofFreshness({ p99Ms }: Freshness): readonly Concern[] {
  return when(
    p99Ms !== null && p99Ms > FRESHNESS_MAX_MS,
    `one edit in a hundred took longer than ${lengthText(p99Ms ?? 0)} in the last hour`,
    'docs/runbook.md, section freshness-slo-burn',
  );
}

function ofFleet({ calendars, channels, refused }: Fleet): readonly Concern[] {
  const { disconnected, unreachable } = calendars;
  return [
    ...when(
      channels.expired > 0,
      `${counted(channels.expired, 'channel')} expired`,
      'confsync channels renew --within 1h',
    ),
    ...when(
      channels.missing > 0,
      `${counted(channels.missing, 'active calendar')} without a channel`,
      'confsync channels list --within 1s',
    ),
    ...when(
      disconnected > 0,
      `${counted(disconnected, 'calendar')} disconnected`,
      'confsync calendars list --status disconnected',
    ),
    ...when(
      unreachable > 0,
      `${counted(unreachable, 'calendar')} unreachable`,
      'confsync calendars list --status unreachable',
    ),
    ...when(refused > 0, `${counted(refused, 'change')} refused by the conference system`, 'confsync failures list'),
  ];
}

/** How often something has failed by now, at most. */
export function inARow(attempts: number): string {
  return attempts <= 1 ? 'once so far' : `up to ${attempts} times in a row`;
}

/** `3 calendars`, `more than 100 calendars`. */
function manyText(count: number, isAll: boolean, noun: string): string {
  return `${isAll ? '' : 'more than '}${counted(count, noun)}`;
}
