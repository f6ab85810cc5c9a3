/**
 * Prints `docs/scale.md`, the page of the model of a fleet; `npx node scripts/scale.ts --write` stores it, and a test compares.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DUE_SHARDS } from '../shared/domain/ids.ts';
import {
  ASSUMED,
  DEPLOYMENTS,
  FLEETS,
  HOUR,
  ITEMS_PER_MINUTE,
  MONTH_DAYS,
  modelOf,
  PRICES,
  QUOTA_PER_MINUTE,
  THRESHOLD_PER_DAY,
  tokenDollars,
} from './fleet-model.ts';

type Model = ReturnType<typeof modelOf>;

const whole = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const round = (value: number): string => whole.format(value);

/** US cents for each calendar in a month. */
const cents = (model: Model | undefined): string =>
  model === undefined ? '' : round((100 * model.total) / model.fleet.calendars);

/** USD in a month for the tokens of users who have connected, at one read for each. */
const tokens = (model: Model | undefined): string => (model === undefined ? '' : round(tokenDollars(model.fleet, 1)));

/** What two instances cost that never rest. */
function warmUsd(): number {
  const kept = [DEPLOYMENTS['receive-notification'], DEPLOYMENTS['sync-calendar-live']];
  const perS = kept.map(({ cpu, gib }) => cpu * PRICES.cpuPerS + gib * PRICES.gibPerS);
  return 24 * MONTH_DAYS * HOUR * perS.reduce((sum, one) => sum + one, 0);
}

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
    ['Egress', ({ cost }) => round(cost.egress)],
    ['Logging', ({ cost }) => round(cost.logging)],
    ['Alerts', ({ cost }) => round(cost.alerts)],
    ['**together**', ({ total }) => `**${round(total)}**`],
  ];
  const head = `| calendars | ${models.map(({ fleet }) => fleet.name).join(' | ')} |\n| --- |${' ---: |'.repeat(models.length)}`;
  return `${head}\n${rows.map(([name, of]) => `| ${name} | ${models.map(of).join(' | ')} |`).join('\n')}`;
}

/** The text of `docs/scale.md`. */
export function renderScale(): string {
  const models = FLEETS.map(modelOf);
  const relaxed = FLEETS.at(-1);
  return `# What a fleet costs, and what to raise when

Made by \`npx node scripts/scale.ts --write\`; the arithmetic, and every assumption, is in [scripts/fleet-model.ts](../scripts/fleet-model.ts). It is a model on paper, not a measurement.

Assumed of an average calendar: ${ASSUMED.editsPerDay} edits a day, ${ASSUMED.notificationsPerEdit} notifications and ${ASSUMED.listingsPerEdit} listings for each, ${ASSUMED.oursShare * 100} % of them on events with a
conference; the busiest hour has ${ASSUMED.busiestHour} times the edits of an average one. Prices are those of us-central1 as published in ${PRICES.asOf}, in USD before
taxes; free tiers are left out, but for that of metrics, which holds ours. Check them against the [price lists](https://cloud.google.com/pricing/list) before you budget.

${table(models)}

*Relaxed* is \`RECONCILE_QUIET_SECONDS=${relaxed?.reconcileS}\`. Google may grant a channel less time than \`CHANNEL_TTL_SECONDS\` asks for; what it grants is what counts.

Cloud Run charges for an instance while it has a request, however many it has: a small fleet pays for instances that work on one, a large fleet for instances that work on a dozen. So
a calendar costs less, the more there are: ${cents(models[0])} cents a month with 10,000 of them, ${cents(models[1])} with 100,000.

What is not in the table, because most installations do without:

- Instances that are kept ready. \`min_instances = 1\` for receiver and live worker is two instances for ${round(24 * MONTH_DAYS)} hours; at the price of busy ones, which idle ones stay below, ${round(warmUsd())} USD a month.
- \`oauth\` with a secret for each user: ${PRICES.perSecretVersion} USD a month, ${round(10_000 * PRICES.perSecretVersion)} for 10,000 users, more than all the rest. Users who [connect](connect.md) need none: what
  they add is a read for each access token that is made and one secret for the keys, ${tokens(models[0])} USD at the most.
- Daily backups of the database (\`firestore.backups\`): Google charges for the storage of each as long as it is kept, and for a restore by the size of what is restored.

## What gives out first

1. **The Calendar API's calls a day.** At defaults the threshold of a million calls a day is passed at some ${round((THRESHOLD_PER_DAY / (models[2]?.callsPerDay ?? 1)) * 1_000_000)} calendars. Calls for edits cannot be
   saved; reconciles and renewals can: lengthen \`RECONCILE_QUIET_SECONDS\` and \`CHANNEL_TTL_SECONDS\` first, then ask Google for more.
2. **The quota a minute.** Beyond it, listings are put off until the load goes down; nothing is lost, but edits arrive late. Terraform refuses a deployment whose instances together could exceed \`calendar_quota.requests_per_minute\`. Raise that variable when Google has granted
   more, then \`max_instances\` of both workers.
3. **The renewal run.** One run works for at most 150 s, on 16 items at a time, and Cloud Scheduler begins none before the last one has ended, whatever \`max_instances\` is: some ${round(ITEMS_PER_MINUTE.renewals)} renewals or
   ${round(ITEMS_PER_MINUTE.wakeUps)} wake-ups a minute. A wave passes by itself: 100,000 channels are opened anew in ${round(100_000 / ITEMS_PER_MINUTE.renewals)} minutes. The line \`renewal-run\` says \`isComplete: false\`
   when it does not keep up, and the alert \`overdue-work\` follows.
4. **Firestore.** Nothing is written to one place: keys are hashes, due items lie in ${DUE_SHARDS} shards, and times that grow are not indexed but for \`dueAt\`, whose index is
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
| \`oldest-message\`, quota not used up | \`max_instances\` of the live worker |
| \`upkeep-behind\` | \`max_instances\` of the upkeep worker, or longer intervals |
| \`quota-exhausted\` | the Calendar quota; until then longer intervals |
| \`overdue-work\` | longer \`RECONCILE_QUIET_SECONDS\` and \`CHANNEL_TTL_SECONDS\`; more instances of renew-channels change nothing, for its runs never overlap. Beyond that \`AT_ONCE\` in [renew-channels.ts](../shared/flow/wake/wake-due.ts) |
| \`notifications-not-queued\` | the Pub/Sub publish quota of the region |
| deliveries take seconds | your conference system: everything above waits for it, or leaves changes pending |
`;
}

if (process.argv[1] === import.meta.filename) {
  const text = renderScale();
  if (process.argv.includes('--write')) writeFileSync(join(import.meta.dirname, '../docs/scale.md'), text);
  else process.stdout.write(text);
}
