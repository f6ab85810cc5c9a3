/**
 * Tries random legal rules: each must end within the bound of work, and what it yields must be in order and inside its own bounds.
 * `node test/sandbox/recurrence/try-rules.ts [COUNT]`, default 10,000. Prints how many were tried and how long they took, or the rule that fails.
 */
import fc from 'fast-check';
import { BETWEEN_STARTS_MAX } from '../../../sandbox/recurrence/work.ts';
import { type RandomRule, randomRule } from './random-rule.ts';
import { evaluate, wallOf } from './wall.ts';

const STARTS = 2;
/** Nothing may be found for so long before each start, and after the last. */
const UNITS_MAX = (STARTS + 1) * BETWEEN_STARTS_MAX;

const count = Number(process.argv[2] ?? 10_000);
let tried = 0;
let [longestMs, mostUnits] = [0, 0];

function isRight({ rule, start, until, count: most }: RandomRule): boolean {
  const startedAt = performance.now();
  const { starts, units } = evaluate({ rule, start, atMost: STARTS });
  longestMs = Math.max(longestMs, performance.now() - startedAt);
  mostUnits = Math.max(mostUnits, units);
  tried++;
  const isInOrder = starts.every((wallMs, place) => wallMs > (starts[place - 1] ?? wallOf(start) - 1));
  return isInOrder && starts.length <= most && starts.every((wallMs) => wallMs <= until) && units <= UNITS_MAX;
}

const startedAt = performance.now();
fc.assert(fc.property(randomRule, isRight), { numRuns: count, seed: 20_270_120, verbose: true });
const seconds = (ms: number): string => (ms / 1_000).toFixed(2);
process.stdout.write(
  `${tried} rules tried in ${seconds(performance.now() - startedAt)} s; the longest took ${seconds(longestMs)} s, the most work was ${mostUnits} units of ${UNITS_MAX}\n`,
);
