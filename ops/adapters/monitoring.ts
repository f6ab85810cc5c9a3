/** What only Cloud Monitoring knows: how much waits on a subscription, and how fresh the conferences are. Asked in PromQL, like the alerts. */
import type { Backlog, Freshness, Reading } from '../ports.ts';
import { type CloudApi, field, listField, mapped } from './cloud-api.ts';

/** See the file's head. `prefix` is that of the installation's names. */
export function createMonitoring(api: CloudApi, projectId: string, prefix: string) {
  /** The value of a query with one result; null for none. */
  async function value(query: string): Promise<Reading<number | null>> {
    const path = `projects/${encodeURIComponent(projectId)}/location/global/prometheus/api/v1/query`;
    const answer = await api.get(`https://monitoring.googleapis.com/v1/${path}?query=${encodeURIComponent(query)}`);
    return mapped(answer, (json) => {
      const text = field(listField(json, 'data', 'result')[0], 'value', 1);
      return text === undefined || Number.isNaN(Number(text)) ? null : Number(text);
    });
  }

  /** Both of two values; zero for those that have no points. */
  async function both<Fact>(
    queries: readonly [string, string],
    make: (first: number, second: number) => Fact,
  ): Promise<Reading<Fact>> {
    const [first, second] = await Promise.all([value(queries[0]), value(queries[1])]);
    if (first.kind !== 'known') return first;
    if (second.kind !== 'known') return second;
    if (first.fact === null) return { kind: 'unreadable', why: 'Monitoring has no points yet' };
    return { kind: 'known', fact: make(first.fact, second.fact ?? 0) };
  }

  return {
    backlog(subscription: string): Promise<Reading<Backlog>> {
      const of = `{monitored_resource="pubsub_subscription",subscription_id="${subscription}"}`;
      return both(
        [
          `max(pubsub_googleapis_com:subscription_num_undelivered_messages${of})`,
          `max(pubsub_googleapis_com:subscription_oldest_unacked_message_age${of})`,
        ],
        (messages, seconds) => ({ messages, oldestAgeMs: seconds * 1_000 }),
      );
    },

    freshness(): Promise<Reading<Freshness>> {
      const metric = `logging_googleapis_com:user_${prefix.replaceAll('-', '_')}conference_sync_freshness_bucket`;
      const quantile = (share: number): string =>
        `histogram_quantile(${share}, sum by (le) (rate(${metric}{monitored_resource="cloud_run_revision"}[1h])))`;
      return both([quantile(0.5), quantile(0.99)], (p50Ms, p99Ms) => ({ p50Ms, p99Ms }));
    },
  };
}
