/**
 * The paper model of a fleet: what renewals, reconciles and edits make of calls, messages, database operations and money in a month. The
 * only one there is: `docs/scale.md` is made of it, and `docs/deploy.md` refers to that. Every number is an input below or follows from one.
 */
import { SETTINGS } from '../shared/config/settings.ts';
import { DUE_SHARDS } from '../shared/domain/ids.ts';

/** What a fleet is like and how it is set. Times in seconds. */
export interface Fleet {
  readonly name: string;
  readonly calendars: number;
  /** Between reconciles that find nothing: most of all. */
  readonly reconcileS: number;
  readonly channelTtlS: number;
  readonly renewalMarginS: number;
}

export const HOUR = 3_600;
const DAY = 24 * HOUR;
export const MONTH_DAYS = 30;

/** Assumed of an average calendar and day; measure your own and change them here. */
export const ASSUMED = {
  /** Edits of any event, weekends included. */
  editsPerDay: 4,
  /** How many times the average hour's edits the busiest hour has. */
  busiestHour: 2.5,
  /** Notifications that Google sends for one edit: answers of guests come on top. */
  notificationsPerEdit: 2,
  /** Listings for each edit: what comes within a second is listed together. */
  listingsPerEdit: 1.3,
  /** Edits of events that carry a conference of ours. */
  oursShare: 0.15,
  /** Bytes that one request leaves in the log. */
  logBytes: 450,
} as const;

/**
 * The deployments as Terraform makes them by default (a test compares), and how long a request of each kind lasts there. Cloud Run
 * charges for an instance, all of it, while at least one request is there, in steps of a tenth of a second.
 */
export const DEPLOYMENTS = {
  'receive-notification': { cpu: 1, gib: 0.25, concurrency: 80 },
  'sync-calendar-live': { cpu: 1, gib: 0.5, concurrency: 12 },
  'sync-calendar-upkeep': { cpu: 1, gib: 0.5, concurrency: 12 },
  'renew-channels': { cpu: 1, gib: 0.5, concurrency: 2 },
} as const;
const SECONDS = { receive: 0.1, sync: 0.4, skip: 0.1, renewal: 0.3, wakeUp: 0.06, run: 2 } as const;
/** Cloud Run charges for the time with requests in steps of this. */
export const RUN_STEP_S = 0.1;
const RUNS_PER_HOUR = 60;
/** Items that a run of renew-channels works on at once. */
const ITEMS_AT_ONCE = 16;
/** What renew-channels gets through: Cloud Scheduler begins no run before the last one has ended, so there is one at a time. */
export const ITEMS_PER_MINUTE = {
  renewals: (60 * ITEMS_AT_ONCE) / SECONDS.renewal,
  wakeUps: (60 * ITEMS_AT_ONCE) / SECONDS.wakeUp,
} as const;

/** Database operations: [reads, writes]. A test counts those of messages and compares. */
export const OPERATIONS = {
  /** A message that a listing has covered. */
  skipped: [1, 0],
  /** A listing of one event that is none of ours: claim, one look for each event, close. */
  listing: [3, 2],
  /** One change of ours on top of its listing: record it with the claim of its delivery, settle it. */
  change: [5, 4],
  /** Stamp, new id, new channel, old channel forgotten, and the first notification's proof. */
  renewal: [6, 5],
  /** Stamp of a due item, with the query that found it. */
  due: [2, 1],
} as const;

/** USD, us-central1, as published in October 2026, free tiers left out. */
export const PRICES = {
  asOf: 'October 2026',
  readsPer100k: 0.03,
  writesPer100k: 0.09,
  pubsubPerTib: 40,
  cpuPerS: 0.000024,
  gibPerS: 0.0000025,
  requestsPerMillion: 0.4,
  logPerGib: 0.5,
  retentionPerGib: 0.27,
  egressPerGib: 0.12,
  perAlertCondition: 0.1,
  perSecretVersion: 0.06,
} as const;

/** Conditions of the alerts that Terraform makes; a test compares. */
export const ALERT_CONDITIONS = 27;
/** What a change of a conference takes over the wire, with headers and handshake. */
const DELIVERY_BYTES = 2_000;
/** Days that the work topic keeps messages for a replay. */
const RETENTION_DAYS = 7;

/** Google's limits on the Calendar API, for projects since May 2026. */
export const QUOTA_PER_MINUTE = 10_000;
export const THRESHOLD_PER_DAY = 1_000_000;
/** Pub/Sub bills no message for less, and once for its publication and once for its delivery. */
export const MESSAGE_BYTES_MIN = 1_000;

const byDefault = {
  reconcileS: Number(SETTINGS.RECONCILE_QUIET_SECONDS.fallback),
  channelTtlS: Number(SETTINGS.CHANNEL_TTL_SECONDS.fallback),
  renewalMarginS: Number(SETTINGS.CHANNEL_RENEWAL_MARGIN_SECONDS.fallback),
};
export const FLEETS: readonly Fleet[] = [
  { name: '10,000, defaults', calendars: 10_000, ...byDefault },
  { name: '100,000, defaults', calendars: 100_000, ...byDefault },
  { name: '1,000,000, defaults', calendars: 1_000_000, ...byDefault },
  {
    name: '1,000,000, relaxed',
    calendars: 1_000_000,
    ...byDefault,
    reconcileS: 7 * DAY,
  },
];

/**
 * How many instances have a request on average, if each is filled before the next is used: requests come by chance (Poisson), `load` of
 * them are there on average, and an instance takes `concurrency` at once. The sum of the chances that there are more than 0, 1, 2, ...
 * instances full.
 */
export function busyInstances(load: number, concurrency: number): number {
  // The chance of exactly `count` requests, as its logarithm: itself it is too small for a number where the load is high.
  let logarithm = -load;
  let atMost = Math.exp(logarithm);
  let instances = 1 - atMost;
  const end = load + 12 * Math.sqrt(load) + 30;
  for (let count = 1; count < end; count += 1) {
    logarithm += Math.log(load / count);
    atMost += Math.exp(logarithm);
    if (count % concurrency === 0) instances += Math.max(0, 1 - atMost);
  }
  return instances;
}

/** What follows for a fleet; per hour unless the name says otherwise. */
export function modelOf(fleet: Fleet) {
  const { calendars, reconcileS, channelTtlS, renewalMarginS } = fleet;
  // A successor is opened between three quarters and the whole of the time before the margin, spread by the key.
  const renewals = (calendars * HOUR) / ((channelTtlS - renewalMarginS) * 0.875);
  const edits = (calendars * ASSUMED.editsPerDay) / 24;
  const notifications = edits * ASSUMED.notificationsPerEdit;
  const editListings = edits * ASSUMED.listingsPerEdit;
  // Every listing puts the next reconcile off, which is left out of account: nights and weekends are long.
  const reconciles = (calendars * HOUR) / reconcileS;
  const changes = edits * ASSUMED.oursShare;
  const skipped = Math.max(0, notifications - editListings);
  // A renewal is followed by a reconcile, since the gap may have swallowed something.
  const listings = editListings + reconciles + renewals;
  const calls = listings + 2 * renewals;
  const messages = notifications + reconciles + 2 * renewals;
  const reads =
    skipped * OPERATIONS.skipped[0] +
    listings * OPERATIONS.listing[0] +
    changes * OPERATIONS.change[0] +
    renewals * OPERATIONS.renewal[0] +
    (reconciles + renewals) * OPERATIONS.due[0] +
    // Two queries a shard and run, and the counts of the fleet in one run of ten.
    2 * DUE_SHARDS * 60 +
    ((3 * calendars) / 1_000) * 6;
  const writes =
    listings * OPERATIONS.listing[1] +
    changes * OPERATIONS.change[1] +
    renewals * OPERATIONS.renewal[1] +
    (reconciles + renewals) * OPERATIONS.due[1];
  const requests = notifications + messages + RUNS_PER_HOUR;
  const runS = Math.max(SECONDS.run, ((renewals / RUNS_PER_HOUR) * SECONDS.renewal) / ITEMS_AT_ONCE);
  const worked: readonly (readonly [keyof typeof DEPLOYMENTS, number])[] = [
    ['receive-notification', notifications * SECONDS.receive],
    ['sync-calendar-live', editListings * SECONDS.sync + skipped * SECONDS.skip],
    ['sync-calendar-upkeep', (reconciles + renewals) * SECONDS.sync],
    ['renew-channels', RUNS_PER_HOUR * runS],
  ];
  const instances = worked.map(([name, seconds]) => {
    const { cpu, gib, concurrency } = DEPLOYMENTS[name];
    return busyInstances(seconds / HOUR, concurrency) * HOUR * (cpu * PRICES.cpuPerS + gib * PRICES.gibPerS);
  });
  const hours = 24 * MONTH_DAYS;
  const cost = {
    firestore: hours * ((reads / 100_000) * PRICES.readsPer100k + (writes / 100_000) * PRICES.writesPer100k),
    pubsub:
      (hours * messages * 2 * MESSAGE_BYTES_MIN * PRICES.pubsubPerTib) / 2 ** 40 +
      (24 * RETENTION_DAYS * messages * MESSAGE_BYTES_MIN * PRICES.retentionPerGib) / 2 ** 30,
    run: hours * (instances.reduce((sum, one) => sum + one, 0) + (requests / 1e6) * PRICES.requestsPerMillion),
    egress: (hours * changes * DELIVERY_BYTES * PRICES.egressPerGib) / 2 ** 30,
    logging: (hours * (requests + changes) * ASSUMED.logBytes * PRICES.logPerGib) / 2 ** 30,
    alerts: ALERT_CONDITIONS * PRICES.perAlertCondition,
  };
  return {
    fleet,
    renewals,
    reconciles,
    notifications,
    listings,
    calls,
    messages,
    reads,
    writes,
    cost,
    callsPerMinute: calls / 60,
    callsAtPeak: (calls + editListings * (ASSUMED.busiestHour - 1)) / 60,
    callsPerDay: calls * 24,
    total: Object.values(cost).reduce((sum, one) => sum + one, 0),
  };
}

/**
 * What users' tokens cost a month where they have connected, in USD: the reads for each access token that is made, at most one for each
 * call since they are kept for an hour, and the secret that holds the keys.
 */
export function tokenDollars(fleet: Fleet, readsPerToken: number): number {
  const reads = 24 * MONTH_DAYS * modelOf(fleet).calls * readsPerToken;
  return (reads / 100_000) * PRICES.readsPer100k + PRICES.perSecretVersion;
}
