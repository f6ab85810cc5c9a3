/** What the Terraform plan says of alerts, metrics and the subscriptions that they name. */
import { at, listAt, textAt } from '../terraform/read-json.ts';
import { type Installation, ofType } from '../terraform/run-terraform.ts';
import { type Matcher, type Reader, readerOf, readFilter } from './log-filter.ts';

/** An alert: its condition holds for `forS` seconds. */
export interface Rule {
  readonly name: string;
  readonly condition: string;
  readonly forS: number;
  /** Whether it wakes somebody. */
  readonly isPage: boolean;
}

/** A log-based metric. */
export interface Metric {
  /** In PromQL. */
  readonly name: string;
  /** The name of the lines that it is about. */
  readonly line: string;
  readonly matches: Matcher;
  readonly labels: readonly { readonly name: string; readonly of: Reader }[];
  /** The value that an entry adds to a distribution; null for a counter. */
  readonly value: Reader | null;
}

/** The alerts of the plan. */
export function rulesOf(installation: Installation): readonly Rule[] {
  return ofType(installation, 'google_monitoring_alert_policy').map(({ values }) => {
    const condition = at(values, 'conditions', 0);
    const promql = at(condition, 'condition_prometheus_query_language', 0);
    return {
      name: textAt(condition, 'display_name'),
      condition: textAt(promql, 'query'),
      forS: Number(textAt(promql, 'duration').replace('s', '')),
      isPage: listAt(values, 'notification_channels').includes('projects/example-project/notificationChannels/1'),
    };
  });
}

/** The queries of the dashboard's lines, each under the title of its chart and its own name. */
export function chartLinesOf(
  installation: Installation,
): readonly { readonly chart: unknown; readonly line: unknown }[] {
  return ofType(installation, 'google_monitoring_dashboard').flatMap(({ values }) => {
    const dashboard: unknown = JSON.parse(textAt(values, 'dashboard_json'));
    return listAt(dashboard, 'mosaicLayout', 'tiles').flatMap((tile) => {
      const chart = at(tile, 'widget');
      return listAt(chart, 'xyChart', 'dataSets').map((line) => ({ chart, line }));
    });
  });
}

/** The metrics of the plan. */
export function metricsOf(installation: Installation): readonly Metric[] {
  return ofType(installation, 'google_logging_metric').map(({ values }) => {
    const extractor = textAt(values, 'value_extractor');
    return {
      name: `logging_googleapis_com:user_${textAt(values, 'name')}`,
      line: textAt(values, 'filter').match(/jsonPayload\.line="([\w-]+)"/)?.[1] ?? '',
      matches: readFilter(textAt(values, 'filter')),
      labels: listAt(values, 'metric_descriptor', 0, 'labels')
        .map((label) => textAt(label, 'key'))
        .map((name) => ({ name, of: readerOf(`jsonPayload.${name}`) })),
      value: extractor === '' ? null : readerOf(extractor.replace(/^EXTRACT\((.*)\)$/, '$1')),
    };
  });
}

/** The name of a subscription by the address of its resource. */
export function subscriptionOf(installation: Installation, address: string): string {
  const found = installation.resources.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`${address} is not made`);
  return textAt(found.values, 'name');
}

/** After how many deliveries Pub/Sub puts a message of either lane on the dead-letter topic. */
export function attemptsMaxOf(installation: Installation): number {
  const policies = ofType(installation, 'google_pubsub_subscription').flatMap(({ values }) =>
    listAt(values, 'dead_letter_policy'),
  );
  const [attempts, ...others] = new Set(policies.map((policy) => Number(at(policy, 'max_delivery_attempts'))));
  if (attempts === undefined || others.length > 0) throw new Error('the lanes have different bounds');
  return attempts;
}
