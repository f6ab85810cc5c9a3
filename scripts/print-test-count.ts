/** Prints the closing line of test runs from jest's JSON reports: `N passed, N failed`, and `, N skipped` if any were. */
import { readFileSync } from 'node:fs';

const paths = process.argv.slice(2);
if (paths.length === 0) {
  process.stderr.write('usage: node scripts/print-test-count.ts REPORT.json...\n');
  process.exit(2);
}
const reports: unknown[] = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')));

/** The sum of some of the reports' counts. */
function count(...names: readonly string[]): number {
  const counts = reports.flatMap((report) => names.map((name) => Number(Object(report)[name] ?? 0)));
  return counts.reduce((sum, one) => sum + one, 0);
}

const failed = count('numFailedTests', 'numRuntimeErrorTestSuites');
const skipped = count('numPendingTests', 'numTodoTests');
process.stdout.write(
  `${count('numPassedTests')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
