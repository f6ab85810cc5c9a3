/**
 * The paper model of a large fleet: what renewals, reconciles and edits cost in calls, messages, database operations and money. Prints
 * `docs/scale.md`; `node scripts/scale.ts --write` stores it, and a test compares. Every number is an input below or follows from one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { SETTINGS } from '../shared/config/settings.ts';

/** What a fleet is like and how it is set. Times in seconds. */
interface Fleet {
  readonly name: string;
  readonly calendars: number;
  readonly reconcileS: number;
  readonly channelTtlS: number;
  readonly renewalMarginS: number;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
const MONTH_DAYS = 30;

/** Assumed of an average calendar and day; measure your own and change them here. */
const ASSUMED = {
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

/** Seconds that an instance works on one request, times the part of a vCPU that one of its concurrent requests takes. */
const CPU_S = { receive: 0.004, sync: 0.03, skip: 0.008, renewal: 0.03 } as const;
const MEMORY_GIB = 0.5;
const REQUESTS_AT_ONCE = 12;
/** How long a request lasts; memory is paid for that long, divided by how many share it. */
const SYNC_S = 0.4;

/** Database operations, as test/bench and the contract suites count them: [reads, writes]. */
const OPERATIONS = {
  /** A message that a listing has covered. */
  skipped: [1, 0],
  /** A listing that touches nothing of ours: claim, one look for each event, close. */
  listing: [3, 2],
  /** One change of ours: plan and record, claim the delivery, settle it. */
  change: [9, 8],
  /** Stamp, new id, new channel, old channel forgotten, and the first notification's proof. */
  renewal: [6, 5],
  /** Stamp of a due item, with the query that found it. */
  due: [2, 1],
} as const;

/** USD, us-central1, as published in October 2026, free tiers left out. */
const PRICES = {
  asOf: 'October 2026',
  readsPer100k: 0.03,
  writesPer100k: 0.09,
  pubsubPerTib: 40,
  cpuPerS: 0.000024,
  gibPerS: 0.0000025,
  requestsPerMillion: 0.4,
  logPerGib: 0.5,
} as const;

/** Google's limits on the Calendar API, for projects since May 2026. */
const QUOTA_PER_MINUTE = 10_000;
const THRESHOLD_PER_DAY = 1_000_000;
/** Pub/Sub bills no message for less, and once for its publication and once for its delivery. */
const MESSAGE_BYTES_MIN = 1_000;

const byDefault = {
  reconcileS: Number(SETTINGS.RECONCILE_INTERVAL_SECONDS.fallback),
  channelTtlS: Number(SETTINGS.CHANNEL_TTL_SECONDS.fallback),
  renewalMarginS: Number(SETTINGS.CHANNEL_RENEWAL_MARGIN_SECONDS.fallback),
};
const FLEETS: readonly Fleet[] = [
  { name: '10,000, defaults', calendars: 10_000, ...byDefault },
  { name: '100,000, defaults', calendars: 100_000, ...byDefault },
  { name: '1,000,000, defaults', calendars: 1_000_000, ...byDefault },
  {
    name: '1,000,000, relaxed',
    calendars: 1_000_000,
    reconcileS: 2 * DAY,
    channelTtlS: 7 * DAY,
    renewalMarginS: 2 * DAY,
  },
];

/** What follows for a fleet; per hour unless the name says otherwise. */
function modelOf(fleet: Fleet) {
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
    32 * 60 +
    ((3 * calendars) / 1_000) * 6;
  const writes =
    listings * OPERATIONS.listing[1] +
    changes * OPERATIONS.change[1] +
    renewals * OPERATIONS.renewal[1] +
    (reconciles + renewals) * OPERATIONS.due[1];
  const requests = notifications + messages;
  const cpuS = notifications * CPU_S.receive + listings * CPU_S.sync + skipped * CPU_S.skip + renewals * CPU_S.renewal;
  const gibS = (listings * SYNC_S * MEMORY_GIB) / REQUESTS_AT_ONCE;
  const hours = 24 * MONTH_DAYS;
  const cost = {
    firestore: hours * ((reads / 100_000) * PRICES.readsPer100k + (writes / 100_000) * PRICES.writesPer100k),
    pubsub: (hours * messages * 2 * MESSAGE_BYTES_MIN * PRICES.pubsubPerTib) / 2 ** 40,
    run: hours * (cpuS * PRICES.cpuPerS + gibS * PRICES.gibPerS + (requests / 1e6) * PRICES.requestsPerMillion),
    logging: (hours * (requests + changes) * ASSUMED.logBytes * PRICES.logPerGib) / 2 ** 30,
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

type Model = ReturnType<typeof modelOf>;

const whole = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const round = (value: number): string => whole.format(value);

function table(models: readonly Model[]): string {
  const rows: readonly (readonly [string, (model: Model) => string])[] = [
    ['channel renewals an hour', ({ renewals }) => round(renewals)],
    ['reconciles an hour', ({ reconciles }) => round(reconciles)],
    ['notifications an hour', ({ notifications }) => round(notifications)],
    ['listings an hour', ({ listings }) => round(listings)],
    ['Calendar calls a minute', ({ callsPerMinute }) => round(callsPerMinute)],
    ['the same in the busiest hour', ({ callsAtPeak }) => round(callsAtPeak)],
    [
      `of the quota of ${round(QUOTA_PER_MINUTE)}`,
      ({ callsAtPeak }) => `${round((callsAtPeak / QUOTA_PER_MINUTE) * 100)} %`,
    ],
    ['Calendar calls a day', ({ callsPerDay }) => round(callsPerDay)],
    [
      `of the threshold of ${round(THRESHOLD_PER_DAY)}`,
      ({ callsPerDay }) => `${round((callsPerDay / THRESHOLD_PER_DAY) * 100)} %`,
    ],
    ['Pub/Sub messages a second', ({ messages }) => round(messages / HOUR)],
    ['Firestore reads a second', ({ reads }) => round(reads / HOUR)],
    ['Firestore writes a second', ({ writes }) => round(writes / HOUR)],
    ['Firestore, USD a month', ({ cost }) => round(cost.firestore)],
    ['Pub/Sub', ({ cost }) => round(cost.pubsub)],
    ['Cloud Run', ({ cost }) => round(cost.run)],
    ['Logging', ({ cost }) => round(cost.logging)],
    ['**together**', ({ total }) => `**${round(total)}**`],
  ];
  const head = `| calendars | ${models.map(({ fleet }) => fleet.name).join(' | ')} |\n| --- |${' ---: |'.repeat(models.length)}`;
  return `${head}\n${rows.map(([name, of]) => `| ${name} | ${models.map(of).join(' | ')} |`).join('\n')}`;
}

/** The text of `docs/scale.md`. */
export function renderScale(): string {
  const models = FLEETS.map(modelOf);
  const relaxed = FLEETS.at(-1);
  return `# What a large fleet costs, and what to raise when

Made by \`node scripts/scale.ts --write\`; the arithmetic, and every assumption, is in [scripts/scale.ts](../scripts/scale.ts). It is a model on paper, not a measurement.

Assumed of an average calendar: ${ASSUMED.editsPerDay} edits a day, ${ASSUMED.notificationsPerEdit} notifications and ${ASSUMED.listingsPerEdit} listings for each, ${ASSUMED.oursShare * 100} % of them on events with a
conference; the busiest hour has ${ASSUMED.busiestHour} times the edits of an average one. Prices are those of us-central1 as published in ${PRICES.asOf}, without free tiers.

${table(models)}

*Relaxed* is \`RECONCILE_INTERVAL_SECONDS=${relaxed?.reconcileS}\`, \`CHANNEL_TTL_SECONDS=${relaxed?.channelTtlS}\`, \`CHANNEL_RENEWAL_MARGIN_SECONDS=${relaxed?.renewalMarginS}\`. Google
may grant a channel less time than is asked for; what it grants is what counts.

## What gives out first

1. **The Calendar API's calls a day.** At defaults the threshold of a million calls a day is passed at some ${round((THRESHOLD_PER_DAY / (models[2]?.callsPerDay ?? 1)) * 1_000_000)} calendars. Calls for edits cannot be
   saved; reconciles and renewals can: lengthen \`RECONCILE_INTERVAL_SECONDS\` and \`CHANNEL_TTL_SECONDS\` first, then ask Google for more.
2. **The quota a minute.** Beyond it, listings are put off until the load goes down; nothing is lost, but edits arrive late. Terraform refuses a deployment whose instances together could exceed \`calendar_quota.requests_per_minute\`. Raise that variable when Google has granted
   more, then \`max_instances\` of both workers.
3. **The renewal run.** One run sees to at most 150 s of work, 16 items at a time: some 8,000 renewals or 40,000 wake-ups a minute. The line \`renewal-run\` says \`isComplete: false\`
   when it does not keep up, and the alert \`overdue-work\` follows.
4. **Firestore.** Nothing is written to one place: keys are hashes, due items lie in 16 shards, and times that grow are not indexed but for \`dueAt\`, whose index is
   divided by shard: 16 times 500 writes a second. A new fleet should be registered at no more than 500 calendars a second in its first five minutes.

## Full syncs at once

A full sync lists everything there is, at 250 events a page. All of them are made on the upkeep lane: the first listing of a registered calendar, what \`sync --full\` asks for,
the continuation of what ran out of time, and the repair of a dead token: a worker of the live lane that meets one hands the calendar over. So their number at once is bounded by two
settings of that deployment, \`max_instances\` times \`concurrency\` of \`functions.sync_calendar_upkeep\` in [terraform/variables-functions.tf](../terraform/variables-functions.tf): by default 3 instances of 12,
36 full syncs. (Cloud Run may run more instances for moments, as while a new revision replaces an old one.) A wave of them fills that deployment and leaves the live lane alone. The
first repair is immediate; a calendar whose token dies again and again waits, a minute first, then twice as long each time, up to six hours.

If a wave of lost tokens (Google changes access for a whole domain) shall take less of the quota, lower \`max_instances\` of the upkeep worker: the messages wait in Pub/Sub, and
nobody's edit waits with them.

## What to raise when

| what you see | raise |
| --- | --- |
| \`oldest-message\` on the live lane, quota not used up | \`max_instances\` of the live worker |
| the same on the upkeep lane | \`max_instances\` of the upkeep worker, or longer intervals |
| syncs \`postponed\` with \`RateLimited\` | the Calendar quota; until then longer intervals |
| \`overdue-work\` | \`functions.renew_channels.max_instances\` to 2, so that overlapping runs share the work |
| \`notifications-not-queued\` | the Pub/Sub publish quota of the region |
| deliveries take seconds | your conference system: everything above waits for it, or leaves changes pending |
`;
}

if (process.argv[1] === import.meta.filename) {
  const text = renderScale();
  if (process.argv.includes('--write')) writeFileSync(join(import.meta.dirname, '../docs/scale.md'), text);
  else process.stdout.write(text);
}
