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
 * The minutes of a night at which each alert fires: its condition has held for as long as it has to. Prometheus' rules would evaluate
 * every condition by itself at each minute, which takes twenty times as long as one question for all minutes.
 * @throws Error with promtool's words where it cannot read what it is given
 */
export function firingMinutes(
  rules: readonly Rule[],
  series: readonly Series[],
  end: number,
): ReadonlyMap<string, readonly number[]> {
  // Each minute at which the condition holds, as a label of its own: what promtool answers is a vector.
  const questions = rules.map(({ name, condition }) => {
    const minutes = `count_values("minute", (${condition}) ^ 0 * time() / 60)`;
    return `label_replace(count_over_time(${minutes}[${end}m:1m]), "alert", "${name}", "", "")`;
  });
  const holds = new Map<string, number[]>(rules.map(({ name }) => [name, []]));
  for (const { labels } of ask(rules, [], series, questions, [end])) {
    holds.get(labels.get('alert') ?? '')?.push(Number(labels.get('minute')));
  }
  return new Map(rules.map(({ name, forS }) => [name, heldFor(forS / 60, holds.get(name) ?? [])]));
}

/** Those of the minutes that stand at the end of `length` minutes in which the condition held all the time. */
function heldFor(length: number, minutes: readonly number[]): readonly number[] {
  const all = minutes.toSorted((one, other) => one - other);
  return all.filter((minute, index) => all[index - length] === minute - length);
}

/** The same of the given minutes, as Prometheus' own rules say it. @throws Error as `firingMinutes` does */
export function firingByRules(
  rules: readonly Rule[],
  series: readonly Series[],
  minutes: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const firing = new Map<string, number[]>(rules.map(({ name }) => [name, []]));
  for (const { minute, labels } of ask(rules, rules, series, ['ALERTS{alertstate="firing"}'], minutes)) {
    firing.get(labels.get('alertname') ?? '')?.push(minute);
  }
  return firing;
}

/** An element of an answer. */
interface Found {
  readonly minute: number;
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * What the engine answers to each question at each of the minutes, while it evaluates `active`. promtool is told to expect that there is
 * nothing, and what it finds wrong about that is the answer.
 */
function ask(
  rules: readonly Rule[],
  active: readonly Rule[],
  series: readonly Series[],
  questions: readonly string[],
  minutes: readonly number[],
): readonly Found[] {
  return inFolder((folder) => {
    const isAsked = ({ name }: Series): boolean =>
      rules.some(({ condition }) => condition.includes(`${name.slice(0, name.indexOf('{'))}{`));
    const input = series.filter(isAsked).map(({ name, values }) => ({
      series: name,
      values: values.map((value) => value ?? '_').join(' '),
    }));
    const nothing = questions.flatMap((expr) =>
      minutes.map((minute) => ({ expr, eval_time: `${minute}m`, exp_samples: [] })),
    );
    const file = join(folder, 'night.yaml');
    const tests = [{ interval: '1m', input_series: input, promql_expr_test: nothing }];
    const all = { rule_files: [writeRules(folder, active)], evaluation_interval: '1m', tests };
    writeFileSync(file, JSON.stringify(all));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], TEXT);
    return readAnswers(stdout + stderr, status === 0);
  });
}

/** A short run in one thread that seldom collects garbage costs two thirds of the time. */
const TEXT = {
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
  env: { ...process.env, GOMAXPROCS: '1', GOGC: '800' },
} as const;

/** For each question that something answers to, promtool prints the time, and the elements on a line that begins with `got:`. */
function readAnswers(output: string, isNothing: boolean): readonly Found[] {
  const answers = [...output.matchAll(/, time: (?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:0s)?,\s*exp: nil\s*got:(.*)/g)];
  if ((!isNothing && answers.length === 0) || output.includes(', err: ')) throw new Error(output.slice(0, 5_000));
  return answers.flatMap(([, days = '0', hours = '0', minutes = '0', got = '']) => {
    const minute = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
    return Array.from(got.matchAll(/\{([^}]*)\}/g), ([, labels = '']): Found => {
      const pairs = Array.from(
        labels.matchAll(/(\w+)="([^"]*)"/g),
        ([, name = '', value = '']) => [name, value] as const,
      );
      return { minute, labels: new Map(pairs) };
    });
  });
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
