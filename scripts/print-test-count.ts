/** Prints the closing line of a test run from jest's JSON report: `N passed, N failed`, and `, N skipped` if any were. */
import { readFileSync } from 'node:fs';

const path = process.argv[2];
if (path === undefined) {
  process.stderr.write('usage: node scripts/print-test-count.ts REPORT.json\n');
  process.exit(2);
}
const report: unknown = JSON.parse(readFileSync(path, 'utf8'));
const count = (name: string): number => Number(Object.getOwnPropertyDescriptor(report, name)?.value ?? 0);
const failed = count('numFailedTests') + count('numRuntimeErrorTestSuites');
const skipped = count('numPendingTests') + count('numTodoTests');
process.stdout.write(
  `${count('numPassedTests')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
