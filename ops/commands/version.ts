/** confsync version: which version this is. */
import type { Given, Help, Report } from '../cli/command.ts';
import { noParameters } from '../cli/given.ts';
import { VERSION } from '../cli/version.ts';

export const help: Help = {
  path: ['version'],
  summary: 'which version this is',
  examples: [['confsync version', 'compare it with that of the functions']],
};

export function parse(given: Given): null {
  noParameters(given);
  return null;
}

export function run(): Report {
  return { data: { version: VERSION }, text: () => [VERSION] };
}
