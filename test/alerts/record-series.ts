/**
 * Makes series of Prometheus out of log entries, by the plan's metrics. Google's are deltas, Prometheus' ever-growing counts, in which an
 * increase needs a point before it: so each series begins with a zero, as long before its first entry as the night is old.
 */
import { type Entry, readerOf } from './log-filter.ts';
import type { Metric } from './plan.ts';
import type { Series } from './promtool.ts';

const lineOf = readerOf('jsonPayload.line');

/** Counts by minute: `growth[m]` is what came in the minute that ends at m. */
type Growth = number[];

/** See the file's head. */
export class SeriesRecorder {
  readonly #metrics: ReadonlyMap<unknown, readonly Metric[]>;
  readonly #beganAt: number;
  readonly #counts = new Map<string, Growth>();
  readonly #gauges = new Map<string, (number | null)[]>();

  /** `beganAt` is minute 0, Unix milliseconds. */
  constructor(metrics: readonly Metric[], beganAt: number) {
    this.#metrics = Map.groupBy(metrics, ({ line }) => line);
    this.#beganAt = beganAt;
  }

  /** Takes an entry of the log. A distribution leaves how many values there were and their sum; no alert asks for its buckets. */
  takeEntry(entry: Entry, now: number): void {
    for (const { name, matches, labels, value } of this.#metrics.get(lineOf(entry)) ?? []) {
      if (!matches(entry)) continue;
      const said = labels.map((label) => [label.name, String(label.of(entry) ?? '')] as const);
      const all = pairsOf({ monitored_resource: 'cloud_run_revision', ...Object.fromEntries(said) });
      if (value === null) {
        this.#grow(`${name}{${all}}`, 1, now);
        continue;
      }
      this.#grow(`${name}_count{${all}}`, 1, now);
      this.#grow(`${name}_sum{${all}}`, Number(value(entry)), now);
    }
  }

  /** Adds to a count that only grows. */
  count(name: string, labels: Readonly<Record<string, string>>, by: number, now: number): void {
    this.#grow(`${name}{${pairsOf(labels)}}`, by, now);
  }

  #grow(series: string, by: number, now: number): void {
    const growth = this.#counts.get(series) ?? [];
    this.#counts.set(series, growth);
    const minute = Math.floor((now - this.#beganAt) / 60_000) + 1;
    growth[minute] = (growth[minute] ?? 0) + by;
  }

  /** Notes a value as it is at this minute. */
  gauge(name: string, labels: Readonly<Record<string, string>>, value: number, now: number): void {
    const series = `${name}{${pairsOf(labels)}}`;
    const values = this.#gauges.get(series) ?? [];
    this.#gauges.set(series, values);
    values[Math.round((now - this.#beganAt) / 60_000)] = value;
  }

  /** Everything up to and with this minute. */
  series(minutes: number): readonly Series[] {
    const counts = [...this.#counts].map(([name, growth]) => {
      let sum = 0;
      return { name, values: eachMinute(minutes, (minute) => (sum += growth[minute] ?? 0)) };
    });
    const gauges = [...this.#gauges].map(([name, values]) => ({
      name,
      values: eachMinute(minutes, (minute) => values[minute] ?? null),
    }));
    return [...counts, ...gauges];
  }
}

function eachMinute<Value>(minutes: number, valueAtMinute: (minute: number) => Value): Value[] {
  return Array.from({ length: minutes + 1 }, (_, minute) => valueAtMinute(minute));
}

/** Labels as Prometheus writes them. */
function pairsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',');
}
