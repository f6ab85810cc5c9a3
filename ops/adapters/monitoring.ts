/** What only Cloud Monitoring knows: what waits on a subscription, how fresh the conferences are, what came to the receiver. Asked in PromQL. */
import { type Backlog, type Freshness, mapped, type Notifications, type Reading } from '../ports.ts';
import { type CloudApi, field, listField } from './cloud-api.ts';

/** See the file's head. `prefix` is that of the installation's names. */
export function createMonitoring(api: CloudApi, projectId: string, prefix: string) {
  const ours = `logging_googleapis_com:user_${prefix.replaceAll('-', '_')}conference_sync_`;
  const onRun = 'monitored_resource="cloud_run_revision"';

  /** The value of a query with one result; null for none. */
  async function value(query: string): Promise<Reading<number | null>> {
    const path = `projects/${encodeURIComponent(projectId)}/location/global/prometheus/api/v1/query`;
    const answer = await api.get(`https://monitoring.googleapis.com/v1/${path}?query=${encodeURIComponent(query)}`);
    return mapped(answer, (json) => {
      const text = field(listField(json, 'data', 'result')[0], 'value', 1);
      return text === undefined || Number.isNaN(Number(text)) ? null : Number(text);
    });
  }

  /** Both of two values. */
  async function both<Fact>(
    queries: readonly [string, string],
    make: (first: number | null, second: number | null) => Reading<Fact>,
  ): Promise<Reading<Fact>> {
    const [first, second] = await Promise.all([value(queries[0]), value(queries[1])]);
    if (first.kind !== 'known') return first;
    if (second.kind !== 'known') return second;
    return make(first.fact, second.fact);
  }

  return {
    /** A subscription that is there has points, if it be zeros. */
    backlog(subscription: string): Promise<Reading<Backlog>> {
      const of = `{monitored_resource="pubsub_subscription",subscription_id="${subscription}"}`;
      return both(
        [
          `max(pubsub_googleapis_com:subscription_num_undelivered_messages${of})`,
          `max(pubsub_googleapis_com:subscription_oldest_unacked_message_age${of})`,
        ],
        (messages, seconds) =>
          messages === null
            ? { kind: 'unreadable', why: `Monitoring has no points of subscription ${subscription}; is it there?` }
            : { kind: 'known', fact: { messages, oldestAgeMs: (seconds ?? 0) * 1_000 } },
      );
    },

    freshness(): Promise<Reading<Freshness>> {
      const quantile = (share: number): string =>
        `histogram_quantile(${share}, sum by (le) (rate(${ours}freshness_bucket{${onRun}}[1h])))`;
      return both([quantile(0.5), quantile(0.99)], (p50Ms, p99Ms) => ({ kind: 'known', fact: { p50Ms, p99Ms } }));
    },

    notifications(): Promise<Reading<Notifications>> {
      const count = (of: string): string => `sum(increase(${ours}notifications{${onRun},${of}}[1h]))`;
      return both([count('outcome=~"accepted|proof"'), count('reason="bad-token"')], (taken, refused) => ({
        kind: 'known',
        fact: { taken: Math.round(taken ?? 0), refused: Math.round(refused ?? 0) },
      }));
    },
  };
}
