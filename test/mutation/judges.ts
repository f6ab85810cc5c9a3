/** Which tests judge the mutants of the rules and the use cases, those first that find most of them in the least time. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** It watches the memory of other processes, which no mutant reaches. */
const APART = /^flow\/large-calendar/;

/** Functions whose tests run use cases as a whole. */
const FUNCTIONS = /^functions\/(manage-calendars|receive-notification|sync-calendar)\./;

/** Paths below the folder of tests, in the order in which they run. */
export function judges(tests: string): string[] {
  const below = (folder: string) =>
    readdirSync(join(tests, folder))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name}`);
  const properties = 'domain/properties.test.ts';
  return [
    ...below('domain').filter((path) => path !== properties),
    ...below('flow').filter((path) => !APART.test(path)),
    ...below('functions').filter((path) => FUNCTIONS.test(path)),
    properties,
    'simulation/stories.test.ts',
  ];
}
