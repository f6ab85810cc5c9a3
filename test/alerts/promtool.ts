/**
 * promtool, the checker that comes with Prometheus (Debian's package `prometheus`): its engine evaluates the conditions of the alerts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rule } from './plan.ts';

/** A series of Prometheus: a name with labels, and its value at each minute; null where it has none. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Whether promtool can be run. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** Complaints of `promtool check rules`; empty for none. */
export function checkRules(rules: readonly Rule[]): string {
  return inFolder((folder) => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', writeRules(folder, rules)], TEXT);
    return status === 0 ? '' : stdout + stderr;
  });
}

/**
 * At which of these minutes each alert fires; conditions are evaluated every minute. At each of them promtool is told to expect that none
 * fires, and what it finds wrong about that is what does. @throws Error with promtool's words where it cannot read what it is given
 */
export function firingMinutes(
  rules: readonly Rule[],
  series: readonly Series[],
  minutes: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  return inFolder((folder) => {
    const quiet = minutes.map((minute) => ({ expr: FIRING, eval_time: `${minute}m`, exp_samples: [] }));
    const isAsked = ({ name }: Series): boolean =>
      rules.some(({ condition }) => condition.includes(`${name.slice(0, name.indexOf('{'))}{`));
    const input = series.filter(isAsked).map(({ name, values }) => ({
      series: name,
      values: values.map((value) => value ?? '_').join(' '),
    }));
    const file = join(folder, 'night.yaml');
    const tests = [{ interval: '1m', input_series: input, promql_expr_test: quiet }];
    const all = { rule_files: [writeRules(folder, rules)], evaluation_interval: '1m', tests };
    writeFileSync(file, JSON.stringify(all));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], TEXT);
    return readFiring(rules, stdout + stderr, status === 0);
  });
}

/** The series that Prometheus itself writes for each alert that fires: one question a minute for all of them. */
const FIRING = 'ALERTS{alertstate="firing"}';

/** A short run in one thread that seldom collects garbage costs two thirds of the time. */
const TEXT = {
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
  env: { ...process.env, GOMAXPROCS: '1', GOGC: '800' },
} as const;

/** For each minute at which anything fires, promtool prints the time, and what fires on a line that begins with `got:`. */
function readFiring(rules: readonly Rule[], output: string, isQuiet: boolean): ReadonlyMap<string, readonly number[]> {
  const firing = new Map<string, number[]>(rules.map(({ name }) => [name, []]));
  const found = [...output.matchAll(/, time: (?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:0s)?,\s*exp: nil\s*got:(.*)/g)];
  if (!isQuiet && found.length === 0) throw new Error(output.slice(0, 5_000));
  for (const [, days = '0', hours = '0', minutes = '0', got = ''] of found) {
    const names = new Set(Array.from(got.matchAll(/alertname="([\w-]+)"/g), ([, name = '']) => name));
    for (const name of names) firing.get(name)?.push((Number(days) * 24 + Number(hours)) * 60 + Number(minutes));
  }
  return firing;
}

/** JSON is YAML. */
function writeRules(folder: string, rules: readonly Rule[]): string {
  const file = join(folder, 'rules.yaml');
  const alerts = rules.map(({ name, condition, forS }) => ({ alert: name, expr: condition, for: `${forS}s` }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'alerts', interval: '1m', rules: alerts }] }));
  return file;
}

function inFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
