/**
 * Looks for Google's Firestore and Pub/Sub emulators: running ones that the environment names, else the ones that the Google Cloud
 * SDK brings along, if there is a Java to run them. Starts nothing but `java -version`.
 */
import { execFile } from 'node:child_process';
import { access, readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { javaOfJar } from './java-of-jar.ts';

/** The emulators that this project can use. */
export type EmulatorName = 'firestore' | 'pubsub';

/** Where an emulator is: `running` at `host:port`, or ready to be started from a `jar`, or `absent` and why. */
export type EmulatorFinding =
  | { readonly kind: 'running'; readonly host: string }
  | { readonly kind: 'jar'; readonly java: string; readonly jar: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** What was found of each. */
export type EmulatorFindings = Readonly<Record<EmulatorName, EmulatorFinding>>;

/** The environment variable by which Google's clients, and we, find a running emulator. */
export const HOST_VARIABLES: Readonly<Record<EmulatorName, string>> = {
  firestore: 'FIRESTORE_EMULATOR_HOST',
  pubsub: 'PUBSUB_EMULATOR_HOST',
};

/** The words for people. */
export const EMULATOR_TITLES: Readonly<Record<EmulatorName, string>> = { firestore: 'Firestore', pubsub: 'Pub/Sub' };

/** The classes that jars are started with whose manifests name none: what the SDK's own scripts start. */
export const MAIN_CLASSES = {
  firestore: 'com.google.cloud.datastore.emulator.firestore.CloudFirestore',
  pubsub: undefined,
} as const;

/** Where the jar itself does not tell. */
const JAVA_MIN = 11;

/** Never throws: what is not there is `absent`. */
export async function findEmulators(env: NodeJS.ProcessEnv = process.env): Promise<EmulatorFindings> {
  const [firestore, pubsub] = await Promise.all([find('firestore', env), find('pubsub', env)]);
  return { firestore, pubsub };
}

async function find(name: EmulatorName, env: NodeJS.ProcessEnv): Promise<EmulatorFinding> {
  const host = env[HOST_VARIABLES[name]];
  if (host !== undefined && host !== '') return { kind: 'running', host };
  const roots = await sdkRoots(env);
  if (roots.length === 0) return { kind: 'absent', reason: 'no Google Cloud SDK' };
  const jar = await firstOf(roots.map((root) => jarIn(root, name)));
  if (jar === undefined)
    return { kind: 'absent', reason: `the Google Cloud SDK has no ${EMULATOR_TITLES[name]} emulator` };
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java';
  const version = await javaVersion(java);
  const needed = (await javaOfJar(jar, MAIN_CLASSES[name])) ?? JAVA_MIN;
  const wanted = `the ${EMULATOR_TITLES[name]} emulator needs Java ${needed} or later`;
  if (version === undefined) return { kind: 'absent', reason: `no Java; ${wanted}` };
  if (version < needed) return { kind: 'absent', reason: `Java ${version} is too old; ${wanted}` };
  return { kind: 'jar', java, jar };
}

async function sdkRoots(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const named = env.CLOUDSDK_ROOT_DIR;
  const onPath = (env.PATH ?? '').split(delimiter).map(async (folder) => {
    // Packages put a link, or a copy of it beside the others, on the PATH; the SDK itself has `bin/gcloud`.
    const command = await realpath(join(folder, 'gcloud')).catch(() => undefined);
    return command === undefined ? undefined : dirname(dirname(command));
  });
  const usual = [
    '/usr/lib/google-cloud-sdk',
    '/usr/lib64/google-cloud-sdk',
    '/usr/share/google-cloud-sdk',
    '/usr/local/google-cloud-sdk',
    '/usr/local/share/google-cloud-sdk',
    '/opt/google-cloud-sdk',
    '/opt/homebrew/share/google-cloud-sdk',
    '/google-cloud-sdk',
    '/snap/google-cloud-cli/current',
    join(homedir(), 'google-cloud-sdk'),
  ];
  const candidates = [named, ...(await Promise.all(onPath)), ...usual].filter((root) => root !== undefined);
  const present = await Promise.all(
    [...new Set(candidates)].map(async (root) => ((await exists(join(root, 'platform'))) ? [root] : [])),
  );
  return present.flat();
}

async function jarIn(root: string, name: EmulatorName): Promise<string | undefined> {
  const folder = {
    firestore: join(root, 'platform', 'cloud-firestore-emulator'),
    pubsub: join(root, 'platform', 'pubsub-emulator', 'lib'),
  }[name];
  const files = await readdir(folder).catch(() => []);
  const jar = files.find((file) => /^cloud-(firestore|pubsub)-emulator.*\.jar$/.test(file));
  return jar === undefined ? undefined : join(folder, jar);
}

/** The major version; undefined if there is no Java. Before 9 it called itself 1.8. */
async function javaVersion(java: string): Promise<number | undefined> {
  try {
    const { stderr } = await promisify(execFile)(java, ['-version'], { timeout: 10_000 });
    const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(stderr) ?? [];
    return major === undefined ? undefined : Number(major === '1' ? minor : major);
  } catch {
    return undefined;
  }
}

async function firstOf<Value>(wanted: readonly Promise<Value | undefined>[]): Promise<Value | undefined> {
  return (await Promise.all(wanted)).find((value) => value !== undefined);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
