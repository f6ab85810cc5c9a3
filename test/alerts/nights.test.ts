import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { listAt, textAt } from '../terraform/read-json.ts';
import { describeWithTerraform, type Installation, makeInstallation, ROOT } from '../terraform/run-terraform.ts';
import { ALTERATIONS } from './alterations.ts';
import { NIGHTS } from './nights.ts';
import { attemptsMaxOf, chartLinesOf, metricsOf, type Rule, rulesOf, subscriptionOf } from './plan.ts';
import { judge, seriesOf, type Watch } from './play-night.ts';
import { checkRules, firingByRules, firingMinutes, hasPromtool, type Series } from './promtool.ts';

const CONDITION_LENGTH_MAX = 500;
const PREFIX_LENGTH_MAX = 'abcdefgh-'.length;
const NIGHT_MS = 180_000;

/** The suite where both terraform and promtool can be run; elsewhere it is skipped and says why. */
function describeWithPromtool(name: string, suite: () => void): void {
  if (hasPromtool) describeWithTerraform(name, suite);
  else {
    process.stdout.write(`skipped: ${name} (promtool is not installed; it is in Debian's package prometheus)\n`);
    describe.skip(name, suite);
  }
}

describeWithPromtool('the alerts', () => {
  let watch: Watch;
  let installation: Installation;
  const played = new Map<string, Promise<readonly Series[]>>();

  beforeAll(() => {
    installation = makeInstallation();
    watch = {
      rules: rulesOf(installation),
      metrics: metricsOf(installation),
      subscriptions: {
        live: subscriptionOf(installation, 'google_pubsub_subscription.work["live"]'),
        upkeep: subscriptionOf(installation, 'google_pubsub_subscription.work["upkeep"]'),
        deadLetters: subscriptionOf(installation, 'google_pubsub_subscription.dead_letters'),
      },
      attemptsMax: attemptsMaxOf(installation),
    };
  }, 180_000);

  function night(name: string) {
    const found = NIGHTS.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no night is called ${name}`);
    return found;
  }

  function seriesFor(name: string): Promise<readonly Series[]> {
    const known = played.get(name) ?? seriesOf(night(name), watch);
    played.set(name, known);
    return known;
  }

  test('are what Prometheus can read', () => {
    expect(watch.rules.length).toBeGreaterThan(20);
    expect(checkRules(watch.rules)).toBe('');
  });

  test('can be read by a person: none is longer than 500 characters, under the longest prefix too', () => {
    const long = watch.rules.map(({ name, condition }) => {
      const prefixed = condition.match(/user_conference_sync_|service_name=~"|subscription_id="/g)?.length ?? 0;
      return { name, length: condition.length + prefixed * PREFIX_LENGTH_MAX };
    });
    expect(long.filter(({ length }) => length > CONDITION_LENGTH_MAX)).toEqual([]);
    expect(watch.rules.filter(({ condition }) => /\d{12}/.test(condition))).toEqual([]);
  });

  test('name the kind of resource in each selector of a metric of the platform, without which Google refuses some', () => {
    const charts = chartLinesOf(installation).map(({ line }) => textAt(line, 'timeSeriesQuery', 'prometheusQuery'));
    const queries = [...watch.rules.map(({ condition }) => condition), ...charts];
    const selectors = queries.flatMap((query) => query.match(/\b\w+_googleapis_com:\w+(\{[^}]*\})?/g) ?? []);
    expect(selectors.length).toBeGreaterThan(queries.length);
    expect(selectors.filter((selector) => !/[{,]monitored_resource="[^"]+"/.test(selector))).toEqual([]);
  });

  test('are drawn beside lines that Prometheus can read as well, each with a name, on charts with a unit', () => {
    const lines = chartLinesOf(installation);
    expect(lines.length).toBeGreaterThan(30);
    const queries = lines.map(({ line }): Rule => {
      const condition = textAt(line, 'timeSeriesQuery', 'prometheusQuery');
      return { name: 'line', condition, forS: 0, isPage: false };
    });
    expect(checkRules(queries)).toBe('');
    expect(lines.filter(({ line }) => textAt(line, 'legendTemplate') === '')).toEqual([]);
    expect(lines.filter(({ chart }) => textAt(chart, 'xyChart', 'yAxis', 'label') === '')).toEqual([]);
    const rows = new Set(lines.map(({ chart }) => textAt(chart, 'title').split(':')[0]));
    expect([...rows]).toEqual(['Served', 'Waits', 'Moves', 'Fleet', 'Fails', 'Costs']);
    const named = lines
      .flatMap(({ chart }) => listAt(chart, 'xyChart', 'thresholds'))
      .map((one) => textAt(one, 'label'));
    const ofAlerts = named.filter((label) => watch.rules.some(({ name }) => label.split(',')[0] === name));
    expect(new Set(named.filter((label) => !ofAlerts.includes(label)))).toEqual(new Set(['the promise']));
  });

  test('stand in the table of the runbook, each with who is woken', () => {
    const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
    const rows = [...runbook.matchAll(/^\| \[([\w-]+)\]\(#([\w-]+)\) \|(?:[^|]*\|){3} (\w+) \|[^|]*\|$/gm)];
    const told = rows.map(([, name, anchor, who]) => [name, anchor, who].join(' ')).sort();
    const made = watch.rules.map(({ name, isPage }) => [name, name, isPage ? 'page' : 'ticket'].join(' ')).sort();
    expect(told).toEqual(made);
  });

  test('are each needed by a night', () => {
    const fired = new Set(NIGHTS.flatMap(({ fires }) => Object.keys(fires)));
    expect(watch.rules.map(({ name }) => name).filter((name) => !fired.has(name))).toEqual([]);
  });

  test(
    'fire when the rules of Prometheus do',
    async () => {
      const { name, end } = night('95 % of deliveries fail, by day');
      const series = await seriesFor(name);
      const all = Array.from({ length: end + 1 }, (_, minute) => minute);
      expect(firingMinutes(watch.rules, series, end)).toEqual(firingByRules(watch.rules, series, all));
    },
    NIGHT_MS,
  );

  describe('in', () => {
    test.each(NIGHTS.map(({ name }) => [name]))(
      '%s',
      async (name) => {
        expect(judge(night(name), watch.rules, await seriesFor(name))).toEqual([]);
      },
      NIGHT_MS,
    );
  });

  describe('a night goes red', () => {
    test.each(ALTERATIONS.map((alteration) => [alteration.name, alteration] as const))(
      'with %s',
      async (_, { of, from, to, night: name }) => {
        const concerned = watch.rules.filter((rule) => rule.isPage || rule.name === of);
        const altered = concerned.map((rule): Rule => (rule.name === of ? alter(rule, from, to) : rule));
        const { fires, ...rest } = night(name);
        const ofThem = Object.fromEntries(
          Object.entries(fires).filter(([one]) => altered.some((rule) => rule.name === one)),
        );
        expect(judge({ ...rest, fires: ofThem }, altered, await seriesFor(name))).not.toEqual([]);
      },
      NIGHT_MS,
    );
  });
});

/** @throws Error where the words do not stand in the condition */
function alter(rule: Rule, from: RegExp, to: string): Rule {
  const condition = rule.condition.replace(from, to);
  if (condition === rule.condition) throw new Error(`${rule.name} has no ${from.source} in ${rule.condition}`);
  return { ...rule, condition };
}
