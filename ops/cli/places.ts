/** Which installation a command looks at: the flags that name it, and the line that says so. Pure. */

import type { Names } from '../ports.ts';
import type { Flag } from './command.ts';

/** Flags that stand in place of a variable of the environment, and the file that holds them all. */
export const PLACE_FLAGS = {
  project: { value: 'ID', variable: 'GOOGLE_CLOUD_PROJECT', help: 'the project' },
  database: { value: 'NAME', variable: 'FIRESTORE_DATABASE', help: 'its Firestore database' },
  topic: { value: 'NAME', variable: 'WORK_TOPIC', help: 'its work topic, after which the subscriptions are named' },
  region: { value: 'REGION', variable: 'CONFSYNC_REGION', help: 'where its scheduler job runs' },
} as const satisfies Record<string, Flag & { readonly variable: string }>;

/** The installation as it was typed; what was not typed is left to the environment. */
export interface Place {
  /** A file of NAME=VALUE lines; the environment wins over it. */
  readonly configFile: string | undefined;
  /** Variables of the environment, and what wins over them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads the flags that were given. */
export function readPlace(flags: Readonly<Record<string, string | boolean>>): Place {
  const variables: Record<string, string> = {};
  for (const [name, { variable }] of Object.entries(PLACE_FLAGS)) {
    const value = flags[name];
    if (typeof value === 'string') variables[variable] = value;
  }
  return { configFile: typeof flags.config === 'string' ? flags.config : undefined, variables };
}

/** `project acme, database conference-sync, ...`: what was looked at, whatever was meant. */
export function placeText({ projectId, database, workTopic, region, emulators }: Names): string {
  const where = region === null ? 'every region' : `region ${region}`;
  const parts = [`project ${projectId}`, `database ${database}`, `topic ${workTopic}`];
  return [...parts, emulators === null ? where : `emulators at ${emulators.join(' and ')}`].join(', ');
}

/** For `--json`. */
export function viewPlace({ projectId, database, workTopic, region, emulators }: Names) {
  return { project: projectId, database, topic: workTopic, region, emulators };
}
