/**
 * Makes add-on/appsscript.json from add-on/config.js: `npm run add-on-manifest` writes it, and prints the setting of the service that has
 * to agree with it. A test fails while it is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { Manifest } from '../sandbox/apps-script/manifest.ts';

const FOLDER = join(import.meta.dirname, '../add-on');
/** Where the manifest belongs. */
export const MANIFEST = join(FOLDER, 'appsscript.json');
const SCOPE = 'https://www.googleapis.com/auth/';

/** What a company sets; add-on/config.js says what each means. */
export interface AddOnConfig {
  readonly serverUrl: string;
  readonly name: string;
  readonly logoUrl: string;
  readonly solutions: readonly { readonly id: string; readonly name: string; readonly onCreateFunction: string }[];
  readonly announceFromScript: { readonly manageUrl: string; readonly caller: string } | null;
  readonly hasRecipeTriggers: boolean;
}

/** The configuration in the text of config.js. */
export function readAddOnConfig(text: string): AddOnConfig {
  return runInNewContext(`${text}\nCONFIG`);
}

/** The manifest that belongs to a configuration: https://developers.google.com/apps-script/manifest */
export function manifestOf(config: AddOnConfig): Manifest {
  const { announceFromScript: fromScript, hasRecipeTriggers, logoUrl, name } = config;
  return {
    timeZone: 'Etc/UTC',
    runtimeVersion: 'V8',
    dependencies: { enabledAdvancedServices: [{ userSymbol: 'Calendar', serviceId: 'calendar', version: 'v3' }] },
    oauthScopes: [
      // The ID token that says to the company's server who asks.
      'openid',
      `${SCOPE}userinfo.email`,
      `${SCOPE}calendar.addons.execute`,
      `${SCOPE}calendar.events.readonly`,
      `${SCOPE}script.external_request`,
      ...(fromScript === null ? [] : [`${SCOPE}cloud-platform`]),
      ...(hasRecipeTriggers ? [`${SCOPE}script.scriptapp`] : []),
    ],
    urlFetchWhitelist: [
      config.serverUrl,
      ...(fromScript === null ? [] : [`${fromScript.manageUrl}/`, 'https://iamcredentials.googleapis.com/']),
    ],
    addOns: {
      common: { name, logoUrl },
      calendar: {
        // Without it Calendar passes no calendar and event ids.
        currentEventAccess: 'METADATA',
        createSettingsUrlFunction: 'createSettingsUrl',
        conferenceSolution: config.solutions.map((solution) => ({
          id: solution.id,
          name: solution.name,
          logoUrl,
          onCreateFunction: solution.onCreateFunction,
        })),
      },
    },
  };
}

/** What is wrong with a configuration, a sentence each that says what to do. */
export function troublesOf({ serverUrl, logoUrl, solutions, announceFromScript }: AddOnConfig): string[] {
  const troubles: string[] = [];
  if (!/^https:\/\/[^/]+\/(.*\/)?$/.test(serverUrl))
    troubles.push('serverUrl must begin with https:// and end in a slash: the script calls addresses below it.');
  if (!/^https:\/\/[^/]+\/./.test(logoUrl)) troubles.push('logoUrl must be the https:// address of a picture.');
  if (announceFromScript !== null && !/^https:\/\/[^/]+$/.test(announceFromScript.manageUrl))
    troubles.push('announceFromScript.manageUrl must be https:// and a host, without a slash at its end.');
  if (solutions.length === 0) troubles.push('solutions must name one conference at least.');
  if (new Set(solutions.map(({ id }) => id)).size < solutions.length)
    troubles.push('solutions has an id twice: give each its own, and never change it.');
  for (const { name, onCreateFunction } of solutions) {
    if (!/^[A-Za-z_$][\w$]*$/.test(onCreateFunction))
      troubles.push(
        `The solution ${name} has ${onCreateFunction} as its onCreateFunction, which is no name of a function.`,
      );
    if (name.includes(',')) troubles.push(`The name ${name} has a comma, which CONFERENCE_SOLUTION_NAMES cannot hold.`);
  }
  return troubles;
}

/** The setting of the service that tells our conferences from others. */
export function solutionNamesOf({ solutions }: AddOnConfig): string {
  return solutions.map(({ name }) => name).join(',');
}

if (import.meta.main) {
  const config = readAddOnConfig(readFileSync(join(FOLDER, 'config.js'), 'utf8'));
  const troubles = troublesOf(config);
  if (troubles.length > 0) {
    process.stderr.write(`add-on/config.js:\n${troubles.map((trouble) => `  ${trouble}\n`).join('')}`);
    process.exitCode = 1;
  } else {
    writeFileSync(MANIFEST, `${JSON.stringify(manifestOf(config), null, 2)}\n`);
    process.stdout.write(`CONFERENCE_SOLUTION_NAMES=${solutionNamesOf(config)}\n`);
  }
}
