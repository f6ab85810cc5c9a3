/** Which tests judge the mutants of the rules and the use cases, those first that find most of them in the least time. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** It watches the memory of other processes, which no mutant reaches. */
const APART = /large-calendar/;

/** Functions whose tests run use cases as a whole. */
const FUNCTIONS = /^functions\/(manage-calendars|receive-notification|sync-calendar)\./;

/** They take as long as all others together. */
const LAST = ['domain/properties.test.ts', 'mutation/simulated.ts', 'flow/deliver/conference-outage.test.ts'];

/** Paths below the folder of tests, in the order in which they run. */
export function judges(tests: string): string[] {
  const below = (folder: string) =>
    readdirSync(join(tests, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name}`)
      .filter((path) => !APART.test(path) && !LAST.includes(path));
  return [...below('domain'), ...below('flow'), ...below('functions').filter((path) => FUNCTIONS.test(path)), ...LAST];
}
