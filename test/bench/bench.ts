/**
 * `npm run bench [-- --json FILE] [-- --only ID,...] [-- --quick] [-- --write-docs]`: measures every row beside its baseline, prints
 * one table, and ends with 1 if a goal was missed. `--quick` takes small sizes: whether it runs, not how fast. `--only` takes
 * ids of rows.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Curve, type Figure, goalOf, isReached, type Row } from './row.ts';
import { burst } from './rows/burst.ts';
import { catchUp } from './rows/catch-up.ts';
import { coldStart } from './rows/cold-start.ts';
import { connections } from './rows/connections.ts';
import { cost } from './rows/cost.ts';
import { fullSync } from './rows/full-sync.ts';
import { instances } from './rows/instances.ts';
import { latency } from './rows/latency.ts';
import { operations } from './rows/operations.ts';
import { outage } from './rows/outage.ts';
import { receiverThroughput } from './rows/receiver-throughput.ts';
import { simulation } from './rows/simulation.ts';
import { simulator } from './rows/simulator.ts';
import { waits } from './rows/waits.ts';
import { printedTable } from './table.ts';
import { writeDocs } from './write-docs.ts';

const ROWS: readonly Row[] = [
  burst,
  operations,
  connections,
  instances,
  receiverThroughput,
  coldStart,
  fullSync,
  catchUp,
  waits,
  outage,
  simulation,
  simulator,
  latency,
  cost,
];

const USAGE = `usage: npm run bench [-- --json FILE] [-- --only ID,...] [-- --quick] [-- --write-docs]
  --json FILE   write the figures there as well
  --only ID     only these rows: ${ROWS.map(({ id }) => id).join(', ')}
  --quick       small sizes: whether it runs, not how fast
  --write-docs  write docs/performance.md again; for whole runs
`;

const { values } = readFlags();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
function readFlags() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'string' },
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        'write-docs': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}
const only = values.only?.split(',');
const unknown = only?.filter((id) => !ROWS.some((row) => row.id === id)) ?? [];
if (unknown.length > 0)
  throw new Error(`no such row: ${unknown.join(', ')}; there are ${ROWS.map(({ id }) => id).join(', ')}`);
if (values['write-docs'] && (only !== undefined || values.quick)) throw new Error('--write-docs is for whole runs');

const startedAt = performance.now();
const secondsSoFar = (): number => (performance.now() - startedAt) / 1_000;
const say = (text: string): void => void process.stderr.write(`[${secondsSoFar().toFixed(0).padStart(4)} s] ${text}\n`);
const figures: Figure[] = [];
const curves: Curve[] = [];
const failed: string[] = [];
for (const row of ROWS) {
  if (only !== undefined && !only.includes(row.id)) continue;
  say(row.id);
  try {
    const measured = await row.measure({ isQuick: values.quick, say: (text) => say(`  ${text}`) });
    figures.push(...measured.figures);
    curves.push(...(measured.curves ?? []));
  } catch (error) {
    // The others can be measured all the same.
    failed.push(row.id);
    say(`${row.id} failed: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

process.stdout.write(`${printedTable(figures)}\n`);
const missed = figures.filter((figure) => isReached(figure) === false);
if (failed.length > 0) process.stdout.write(`not measured: ${failed.join(', ')}\n`);
process.stdout.write(
  missed.length === 0 ? 'every goal reached\n' : `not reached: ${missed.map(({ id }) => id).join(', ')}\n`,
);
if (values.json !== undefined) {
  const rows = figures.map((figure) => ({
    id: figure.id,
    value: figure.value,
    unit: figure.unit,
    baseline: figure.baseline,
    goal: goalOf(figure),
    reached: isReached(figure),
  }));
  await writeFile(values.json, `${JSON.stringify({ rows }, null, 2)}\n`);
}
if (values['write-docs']) await writeDocs(figures, curves, secondsSoFar());
// Sizes of a quick run mean nothing, so they miss nothing.
process.exit(failed.length > 0 || (missed.length > 0 && !values.quick) ? 1 : 0);
