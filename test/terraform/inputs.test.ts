import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import {
  BASE,
  type Change,
  coverAccepted,
  drawAccepted,
  drawAnything,
  eachRefused,
  type Inputs,
  TOGETHER,
} from './inputs.ts';
import { at, listAt, textAt } from './read-json.ts';
import { refusalAtStart } from './refusal-at-start.ts';
import { describeWithRules, MODULE, readEvents, terraform } from './run-terraform.ts';

/** What is said of one set of inputs; nothing where all of it can be planned. */
interface Verdict {
  readonly inputs: Inputs;
  /** Sentences of the module's own. */
  readonly refusals: readonly string[];
  /** What the provider or Google would say, and failures of expressions. */
  readonly foreign: readonly string[];
}

/** A condition of a variable, its type, a precondition: each says which input it is about. */
const OURS = /^(Invalid value for variable|Invalid value for input variable|Resource precondition failed)$/;

const folder = mkdtempSync(join(tmpdir(), 'inputs-'));
/** Any file will do where nothing is uploaded. */
const ARCHIVE = join(MODULE, 'versions.tf');

/**
 * Variables, and of their conditions those that mention this one: the others say of its values what they say of `BASE`, which is taken.
 * Hundreds of inputs are tried in the time that one whole plan takes.
 */
function makeGate(variable: string): string {
  const gate = mkdtempSync(join(folder, 'gate-'));
  const mention = new RegExp(`\\bvar\\.${variable}\\b`);
  for (const name of readdirSync(MODULE).filter((name) => name.startsWith('variables'))) {
    const text = readFileSync(join(MODULE, name), 'utf8');
    const conditions = /^ {2}validation \{\n.*?^ {2}\}\n/gms;
    writeFileSync(
      join(gate, name),
      text.replace(conditions, (condition) => (mention.test(condition) ? condition : '')),
    );
  }
  return gate;
}

/** Inputs in a file of terraform's JSON syntax, in which a dollar and a brace begin a template too. */
function writeJson(path: string, content: unknown): void {
  writeFileSync(path, JSON.stringify(content).replaceAll('${', '$${').replaceAll('%{', '%%{'));
}

/** A root module with a block for each of the inputs, each in a file of its own by which errors are told apart. */
function makeRoot(all: readonly Inputs[]): string {
  const root = mkdtempSync(join(folder, 'root-'));
  cpSync(join(MODULE, 'versions.tf'), join(root, 'versions.tf'));
  all.forEach((inputs, index) => {
    const block = { source: relative(root, MODULE), archive: ARCHIVE, ...inputs };
    writeJson(join(root, `case-${index}.tf.json`), { module: { [`case-${index}`]: block } });
  });
  return root;
}

/** The errors of a run of terraform, each with the inputs whose case it names. */
function verdictsOf(all: readonly Inputs[], output: string): readonly Verdict[] {
  const found = all.map((inputs) => ({ inputs, refusals: [] as string[], foreign: [] as string[] }));
  for (const event of readEvents(output)) {
    if (textAt(event, 'diagnostic', 'severity') !== 'error') continue;
    // A failed precondition does not say in which module block it stands: the first is blamed.
    const index = JSON.stringify(event).match(/case-(\d+)/)?.[1];
    const summary = textAt(event, 'diagnostic', 'summary');
    const text = `${summary}: ${textAt(event, 'diagnostic', 'detail').split('\n')[0]}`;
    const verdict = found[Number(index ?? 0)];
    (OURS.test(summary) ? verdict?.refusals : verdict?.foreign)?.push(text);
  }
  return found;
}

/** What is said of each of the inputs, all in one plan, which `options` may keep. */
function judge(root: string, all: readonly Inputs[], ...options: readonly string[]): readonly Verdict[] {
  return verdictsOf(all, terraform(root, 'plan', '-json', ...options).output);
}

const judgeTogether = (all: readonly Inputs[]): readonly Verdict[] => judge(makeRoot(all), all);

/** What the conditions of variables say of each change of `BASE`. */
function judgeAtGate(all: readonly Change[]): readonly Verdict[] {
  const byVariable = Map.groupBy(all, ({ path }) => path.split('.')[0] ?? '');
  const verdicts = [...byVariable].flatMap(([variable, changes]) => {
    const inputs = changes.map((change) => change.inputs);
    return judgeEach(makeGate(variable), inputs);
  });
  const order = new Map(all.map(({ inputs }, index) => [inputs, index]));
  return verdicts.toSorted((one, other) => (order.get(one.inputs) ?? 0) - (order.get(other.inputs) ?? 0));
}

/** The whole module, in a folder in which tests can be put. */
function makeModule(): string {
  const root = mkdtempSync(join(folder, 'each-'));
  const files = readdirSync(MODULE).filter((name) => name.endsWith('.tf'));
  for (const name of files) cpSync(join(MODULE, name), join(root, name));
  return root;
}

/** What the module in `root` says of each of the inputs, each planned by itself: its failed preconditions are told from those of others. */
function judgeEach(root: string, all: readonly Inputs[]): readonly Verdict[] {
  mkdirSync(join(root, 'tests'));
  all.forEach((inputs, index) => {
    const run = { plan: { command: 'plan', variables: { archive: ARCHIVE, ...inputs } } };
    writeJson(join(root, `tests/case-${index}.tftest.json`), { run });
  });
  return verdictsOf(all, terraform(root, 'test', '-json').output);
}

/** A verdict as a person reads it: what was given beyond what is always given, and what was said. */
function shown({ inputs, refusals, foreign }: Verdict): string {
  const given = Object.entries(inputs).filter(([name, value]) => value !== BASE[name]);
  return JSON.stringify({ given: Object.fromEntries(given), refusals, foreign });
}

describeWithRules('the inputs of the module', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are taken up to their extremes, by Google and by the functions', () => {
    const all = [BASE, ...TOGETHER.map((inputs) => ({ ...BASE, ...inputs })), ...coverAccepted(), ...drawAccepted(4)];
    const root = makeRoot(all);
    const kept = join(root, 'kept.tfplan');
    const verdicts = judge(root, all, `-out=${kept}`);
    expect(verdicts.filter(({ refusals, foreign }) => refusals.length + foreign.length > 0).map(shown)).toEqual([]);
    const { output } = terraform(root, 'show', '-json', kept);
    const plan: unknown = JSON.parse(output.slice(output.indexOf('{')));
    const functions = listAt(plan, 'planned_values', 'root_module', 'child_modules')
      .flatMap((module) => listAt(module, 'resources'))
      .filter((resource) => textAt(resource, 'type') === 'google_cloudfunctions2_function');
    expect(functions).toHaveLength(5 * all.length);
    const refused = functions.map((made) => [textAt(made, 'address'), refusalAtStart(at(made, 'values'))]);
    expect(refused.filter(([, refusal]) => refusal !== undefined)).toEqual([]);
  }, 600_000);

  test('are, whatever they are, refused in words or such that Google, the provider and the functions take them', () => {
    const refused = eachRefused();
    const wrong = refused.map(({ inputs }) => inputs);
    const atGate = judgeAtGate([...refused, ...drawAnything(400)]);
    expect(atGate.filter(({ foreign }) => foreign.length > 0).map(shown)).toEqual([]);
    // What must be refused and passes the gate is refused by a precondition; of the rest a sample is planned as a whole.
    const passed = atGate.filter(({ refusals }) => refusals.length === 0).map(({ inputs }) => inputs);
    const late = judgeEach(
      makeModule(),
      passed.filter((inputs) => wrong.includes(inputs)),
    );
    expect(late.filter(({ refusals, foreign }) => refusals.length === 0 || foreign.length > 0).map(shown)).toEqual([]);
    const planned = judgeTogether(passed.filter((inputs) => !wrong.includes(inputs)).slice(0, 16));
    expect(planned.filter(({ foreign }) => foreign.length > 0).map(shown)).toEqual([]);
    process.stdout.write(
      `inputs: ${atGate.length} tried, ${atGate.length - passed.length} refused, ${late.length + planned.length} planned\n`,
    );
  }, 600_000);
});
