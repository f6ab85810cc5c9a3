/**
 * The nights that the alerts are judged by: what goes wrong, which alerts must fire and how soon after it began, and that no other does.
 * Each begins with hours in which all is well, and ends when the consequences are over.
 */

import type { Outcome } from '../../shared/domain/delivery/change.ts';
import { AccessLost, GoogleUnavailable, RateLimited } from '../../shared/domain/errors.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { FunctionName, NightWorld } from './night-world.ts';

/** The latest minute after the trouble began at which an alert has to fire. */
export type Within = number;

/** One night. */
export interface Night {
  readonly name: string;
  /** Edits of events with a conference in an hour; by day two a minute. */
  readonly editsPerHour: number;
  readonly calendars?: number;
  readonly policy?: Partial<Policy>;
  /** See NightWorld; all night. */
  readonly answersBeside?: NightWorld['answersBeside'];
  /** When the trouble begins and how long it lasts, in minutes of the night, and when the night ends. */
  readonly from: number;
  readonly lasts: number;
  readonly end: number;
  readonly breaks: (world: NightWorld) => void | Promise<void>;
  readonly mends?: (world: NightWorld) => void;
  /** The alerts that fire, once each. Pages first. */
  readonly fires: Readonly<Record<string, Within>>;
}

export const DAY = 120;
const QUIET = 6;
const HOUR_MS = 3_600_000;

const DOWN: Outcome = { kind: 'transient', reason: 'answered 503' };
const DONE: Outcome = { kind: 'done' };

const isDown = (world: NightWorld): void => {
  world.conferences = () => DOWN;
};
const isUp = (world: NightWorld): void => {
  world.conferences = () => DONE;
};
/** Google does not let us act as the first user any more, and his calendar is looked at. */
const loseFirst = (world: NightWorld): void => {
  world.google.trouble = (_, id) => (id === 'user0@example.com' ? new AccessLost('invalid_grant') : undefined);
  world.google.edit('user0@example.com');
};
/** The conference system cannot be told of that. */
const untold = {
  editsPerHour: QUIET,
  from: 120,
  end: 480,
  policy: { tellsOfCalendars: true },
  breaks: (world: NightWorld): void => {
    world.notices = () => DOWN;
    loseFirst(world);
  },
  mends: (world: NightWorld): void => {
    world.notices = () => DONE;
  },
} as const;
const googleFails =
  (error: () => Error) =>
  (world: NightWorld): void => {
    world.google.trouble = (call) => (call === 'list' ? error() : undefined);
  };
const googleWorks = (world: NightWorld): void => {
  world.google.trouble = () => undefined;
};
/** What is so while the trouble lasts, and not before or after. */
function switched(
  what: 'isStoreGone' | 'isTopicGone' | 'isLiveSubscriptionGone' | 'isReceiverShut' | 'isSchedulerPaused',
): Pick<Night, 'breaks' | 'mends'> {
  const to = (isSo: boolean) => (world: NightWorld) => {
    world[what] = isSo;
  };
  return { breaks: to(true), mends: to(false) };
}
/** Every process of these functions ends at its first request. */
function crashing(...names: readonly FunctionName[]): Pick<Night, 'breaks' | 'mends'> {
  return {
    breaks: ({ crashing }) => {
      for (const name of names) crashing.add(name);
    },
    mends: ({ crashing }) => crashing.clear(),
  };
}
/** What the receiver answers in a minute for each calendar: docs/scale.md has notifications in an hour. */
const NOTIFICATIONS_PER_MINUTE = 33_300 / 60 / 100_000;
/** A fleet in which now and then, among 100,000 calendars each minute, an instance of the upkeep worker goes down with a request under way. */
const inFleetOf = (calendars: number): Pick<Night, 'answersBeside'> => {
  const notifications = NOTIFICATIONS_PER_MINUTE * calendars;
  return {
    answersBeside: {
      'receive-notification': { '2xx': notifications },
      'sync-calendar-upkeep': { '2xx': notifications / 4, '5xx': calendars / 100_000 },
    },
  };
};
const over = { from: 150, end: 360 } as const;

/** All of them. */
export const NIGHTS: readonly Night[] = [
  { name: 'an empty night', editsPerHour: 0, ...over, lasts: 0, breaks: () => undefined, fires: {} },
  { name: 'an ordinary day', editsPerHour: DAY, ...over, lasts: 0, breaks: () => undefined, fires: {} },
  {
    name: 'the conference system is down for 10 minutes by day',
    editsPerHour: DAY,
    ...over,
    lasts: 10,
    breaks: isDown,
    mends: isUp,
    fires: { 'freshness-slo-burn': 30 },
  },
  {
    name: 'the conference system is down for 60 minutes by day',
    editsPerHour: DAY,
    ...over,
    lasts: 60,
    breaks: isDown,
    mends: isUp,
    fires: { 'conference-system-unavailable': 30, 'freshness-slo-burn': 80, 'freshness-slo-leak': 80 },
  },
  {
    name: 'the conference system is down for 10 minutes by night',
    editsPerHour: QUIET,
    ...over,
    lasts: 10,
    breaks: isDown,
    mends: isUp,
    fires: {},
  },
  {
    name: 'the conference system is down for 60 minutes by night',
    editsPerHour: QUIET,
    ...over,
    lasts: 60,
    breaks: isDown,
    mends: isUp,
    fires: { 'conference-system-unavailable': 60 },
  },
  {
    name: '95 % of deliveries fail, by day',
    editsPerHour: DAY,
    ...over,
    lasts: 120,
    breaks: (world) => {
      world.conferences = () => (world.draw() < 0.95 ? DOWN : DONE);
    },
    mends: isUp,
    fires: {
      'conference-system-unavailable': 30,
      'freshness-slo-burn': 60,
      'freshness-slo-leak': 130,
      'conferences-failing': 140,
    },
  },
  {
    name: 'one conference always fails, in a quiet night',
    editsPerHour: QUIET,
    from: 150,
    end: 450,
    lasts: 300,
    breaks: (world) => {
      world.conferences = ({ data }) => (data.conferenceId === 'c-user0@example.com' ? DOWN : DONE);
      world.google.edit('user0@example.com');
    },
    fires: { 'conferences-failing': 150 },
  },
  {
    name: 'Google answers 503 for 5 minutes',
    editsPerHour: DAY,
    ...over,
    lasts: 5,
    breaks: googleFails(() => new GoogleUnavailable('events.list: status 503')),
    mends: googleWorks,
    fires: {},
  },
  {
    name: 'Google answers 503 for 60 minutes',
    editsPerHour: DAY,
    ...over,
    lasts: 60,
    breaks: googleFails(() => new GoogleUnavailable('events.list: status 503')),
    mends: googleWorks,
    fires: { 'calendars-not-read': 40, 'freshness-slo-burn': 120, 'freshness-slo-leak': 120 },
  },
  {
    name: 'the quota is used up for an hour',
    editsPerHour: DAY,
    ...over,
    lasts: 60,
    breaks: googleFails(() => new RateLimited('events.list: status 403 rateLimitExceeded')),
    mends: googleWorks,
    fires: { 'calendars-not-read': 40, 'quota-exhausted': 20, 'freshness-slo-burn': 120, 'freshness-slo-leak': 120 },
  },
  {
    name: 'the database is gone for 40 minutes, by day',
    editsPerHour: DAY,
    ...over,
    lasts: 40,
    ...switched('isStoreGone'),
    fires: { 'server-errors': 15, 'unexpected-failures': 15, 'freshness-slo-burn': 80, 'freshness-slo-leak': 80 },
  },
  {
    name: 'the database is gone for 40 minutes, by night',
    editsPerHour: QUIET,
    ...over,
    lasts: 40,
    ...switched('isStoreGone'),
    fires: { 'server-errors': 15, 'unexpected-failures': 15 },
  },
  {
    name: 'the database is gone for three hours, by night',
    editsPerHour: QUIET,
    from: 150,
    end: 480,
    lasts: 180,
    ...switched('isStoreGone'),
    fires: { 'server-errors': 15, 'unexpected-failures': 15, 'freshness-slo-burn': 200 },
  },
  {
    name: 'the work topic is deleted for an hour',
    editsPerHour: DAY,
    ...over,
    lasts: 60,
    ...switched('isTopicGone'),
    fires: { 'server-errors': 20, 'notifications-not-queued': 20 },
  },
  {
    name: 'the live subscription is deleted',
    editsPerHour: DAY,
    ...over,
    lasts: 120,
    ...switched('isLiveSubscriptionGone'),
    fires: { 'live-lane-dead': 45 },
  },
  {
    name: 'the key of the channels is lost',
    editsPerHour: DAY,
    ...over,
    lasts: 120,
    breaks: (world) => {
      world.google.otherKey = 'another channel token key for tests';
    },
    mends: (world) => {
      world.google.otherKey = null;
    },
    fires: { 'notifications-refused': 40 },
  },
  {
    name: 'the conference system does not take our key',
    editsPerHour: DAY,
    ...over,
    lasts: 60,
    breaks: (world) => {
      world.conferences = () => ({ kind: 'key-refused', reason: 'answered 401' });
    },
    mends: isUp,
    fires: { 'conference-key-refused': 30, 'freshness-slo-burn': 80, 'freshness-slo-leak': 80 },
  },
  {
    name: 'the conference system wants no more',
    editsPerHour: DAY,
    ...over,
    lasts: 60,
    breaks: (world) => {
      world.conferences = () => ({ kind: 'endpoint-gone' });
    },
    mends: isUp,
    fires: {
      'conference-endpoint-gone': 30,
      'freshness-slo-burn': 80,
      'freshness-slo-leak': 80,
      'conferences-failing': 140,
    },
  },
  {
    name: 'the door of the receiver is shut',
    editsPerHour: DAY,
    from: 150,
    end: 420,
    lasts: 240,
    policy: { channelTtlMs: 3 * HOUR_MS, channelRenewalMarginMs: HOUR_MS },
    ...switched('isReceiverShut'),
    fires: { 'receiver-unreachable': 150 },
  },
  {
    name: 'a bad revision crashes, for 40 minutes',
    editsPerHour: DAY,
    ...over,
    lasts: 40,
    ...crashing('receive-notification', 'sync-calendar-live', 'sync-calendar-upkeep', 'renew-channels'),
    fires: { 'server-errors': 10, crashes: 5 },
  },
  {
    name: 'renew-channels crashes for an hour, among 10,000 calendars',
    editsPerHour: QUIET,
    ...over,
    ...inFleetOf(10_000),
    lasts: 60,
    ...crashing('renew-channels'),
    fires: { 'server-errors': 10, crashes: 5 },
  },
  {
    name: 'the live worker crashes for two hours, among 100,000 calendars',
    editsPerHour: DAY,
    ...over,
    ...inFleetOf(100_000),
    lasts: 120,
    ...crashing('sync-calendar-live'),
    fires: { 'server-errors': 20, crashes: 5, 'freshness-slo-burn': 160, 'freshness-slo-leak': 160 },
  },
  {
    name: 'the scheduler is paused for an hour, among 100,000 calendars',
    editsPerHour: QUIET,
    ...over,
    ...inFleetOf(100_000),
    lasts: 60,
    ...switched('isSchedulerPaused'),
    fires: { 'renewal-run-missing': 20 },
  },
  {
    name: 'the live subscription does not push for 40 minutes, among 100,000 calendars',
    editsPerHour: DAY,
    ...over,
    ...inFleetOf(100_000),
    lasts: 40,
    breaks: (world) => void world.held.add('live'),
    mends: (world) => void world.held.delete('live'),
    fires: { 'oldest-message': 15, 'freshness-slo-burn': 80, 'freshness-slo-leak': 80 },
  },
  {
    name: 'a rolling deploy',
    editsPerHour: DAY,
    ...over,
    lasts: 0,
    breaks: async (world) => {
      world.isStopping = true;
      await world.time.runUntil(world.time.now() + 60_000);
      world.isStopping = false;
    },
    fires: {},
  },
  {
    name: 'one calendar is disconnected',
    editsPerHour: QUIET,
    from: 150,
    end: 450,
    lasts: 300,
    breaks: loseFirst,
    fires: {},
  },
  {
    name: 'the delegation of the whole domain is withdrawn',
    editsPerHour: DAY,
    ...over,
    lasts: 120,
    breaks: (world) => {
      world.google.trouble = () => new AccessLost('unauthorized_client');
    },
    fires: { 'disconnected-calendars': 15 },
  },
  {
    name: 'one poison message',
    editsPerHour: DAY,
    ...over,
    lasts: 0,
    breaks: (world) => world.poison(),
    fires: { 'dead-letters': 5 },
  },
  {
    name: '100,000 notifications in 20 seconds',
    editsPerHour: DAY,
    ...over,
    lasts: 0,
    breaks: (world) => {
      const announce = (): void => {
        for (let n = 0; n < 5_000; n++) world.google.announce(world.calendarIds[n % world.calendarIds.length] ?? '');
      };
      for (let second = 0; second < 20; second++) void world.time.set(announce, second * 1_000);
    },
    fires: {},
  },
  {
    name: 'the scheduled run is out of time',
    editsPerHour: DAY,
    from: 150,
    end: 450,
    lasts: 240,
    policy: { reconcileMs: HOUR_MS },
    breaks: (world) => {
      world.dueMs = 160_000;
    },
    mends: (world) => {
      world.dueMs = 0;
    },
    fires: { 'overdue-work': 120 },
  },
  {
    name: 'the scheduler is paused for an hour',
    editsPerHour: QUIET,
    ...over,
    lasts: 60,
    ...switched('isSchedulerPaused'),
    fires: { 'renewal-run-missing': 20 },
  },
  {
    name: 'the database was restored, and its sync tokens are old',
    editsPerHour: DAY,
    ...over,
    lasts: 0,
    breaks: (world) => world.google.forgetTokens(),
    fires: {},
  },
  {
    name: 'the conference system refuses a change',
    editsPerHour: QUIET,
    ...over,
    lasts: 60,
    breaks: (world) => {
      world.conferences = ({ data }) =>
        data.conferenceId === 'c-user0@example.com' ? { kind: 'refused', reason: 'answered 422' } : DONE;
      world.google.edit('user0@example.com');
    },
    mends: isUp,
    fires: { 'failed-bindings': 5 },
  },
  {
    name: 'the conference system will not hear that a calendar is disconnected',
    editsPerHour: QUIET,
    ...over,
    lasts: 60,
    policy: { tellsOfCalendars: true },
    breaks: (world) => {
      world.notices = () => ({ kind: 'refused', reason: 'answered 400' });
      loseFirst(world);
    },
    fires: { 'failed-bindings': 10 },
  },
  {
    name: 'the conference system fails for four hours when it is told that a calendar is disconnected',
    ...untold,
    lasts: 240,
    fires: { 'notices-failing': 190 },
  },
  {
    name: 'it fails so for an hour',
    ...untold,
    lasts: 60,
    fires: {},
  },
  {
    name: 'the live subscription does not push for 40 minutes',
    editsPerHour: DAY,
    ...over,
    lasts: 40,
    breaks: (world) => void world.held.add('live'),
    mends: (world) => void world.held.delete('live'),
    fires: { 'oldest-message': 15, 'freshness-slo-burn': 80, 'freshness-slo-leak': 80 },
  },
  {
    name: 'the upkeep subscription does not push for 90 minutes',
    editsPerHour: DAY,
    ...over,
    lasts: 90,
    policy: { reconcileMs: HOUR_MS },
    breaks: (world) => void world.held.add('upkeep'),
    mends: (world) => void world.held.delete('upkeep'),
    fires: { 'upkeep-behind': 80 },
  },
  {
    name: 'a record cannot be read',
    editsPerHour: QUIET,
    ...over,
    lasts: 0,
    breaks: (world) => world.findUnreadable(),
    fires: { 'unreadable-records': 5 },
  },
  {
    name: 'Google never notifies',
    editsPerHour: DAY,
    from: 120,
    end: 720,
    lasts: 600,
    breaks: (world) => {
      world.google.isSilent = true;
    },
    fires: { 'push-path-dying': 600 },
  },
  {
    name: 'channels cannot be renewed',
    editsPerHour: QUIET,
    from: 120,
    end: 420,
    lasts: 300,
    policy: { channelTtlMs: 4 * HOUR_MS, channelRenewalMarginMs: 2 * HOUR_MS },
    breaks: (world) => {
      world.google.trouble = (call) =>
        call === 'watch' ? new GoogleUnavailable('events.watch: status 503') : undefined;
    },
    fires: { 'channels-about-to-expire': 300 },
  },
  {
    name: 'a calendar is registered while Google opens no channels',
    editsPerHour: QUIET,
    ...over,
    lasts: 120,
    breaks: (world) => {
      world.google.trouble = (call) =>
        call === 'watch' ? new GoogleUnavailable('events.watch: status 503') : undefined;
      world.register('new@example.com');
    },
    mends: googleWorks,
    fires: { 'calendars-without-channel': 60 },
  },
];
