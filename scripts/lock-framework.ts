/**
 * What the deployed archive asks npm for: the functions framework alone, in the version that is tested here, with a lock file that pins
 * all that comes with it. Google's buildpack runs `npm ci` where it finds one; where the framework is not asked for, it puts in an old one
 * of its own (3.5.1 in August 2026): https://github.com/GoogleCloudPlatform/buildpacks/blob/main/cmd/nodejs/functions_framework/main.go.
 */

/** One package of a lock file, as far as it counts here. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** package-lock.json, version 3: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** The package that the platform starts. */
export const FRAMEWORK = '@google-cloud/functions-framework';

/** The archive's two files for npm, as objects. */
export interface ArchivePackage {
  readonly manifest: object;
  readonly lock: LockFile;
}

/**
 * The archive's package.json and package-lock.json, the second a part of this project's own.
 * @throws Error naming a package that this project's lock file does not pin
 */
export function lockFramework(project: LockFile, version: string): ArchivePackage {
  const framework = `node_modules/${FRAMEWORK}`;
  const pinned = project.packages[framework]?.version;
  if (pinned === undefined) throw new Error(`package-lock.json does not pin ${FRAMEWORK}: run npm install`);
  const name = 'calendar-conference-sync';
  const dependencies = { [FRAMEWORK]: pinned };
  const folders = [...neededBy(framework, project)].sort();
  const packages = {
    '': { name, version, dependencies },
    ...Object.fromEntries(folders.map((folder) => [folder, project.packages[folder] ?? {}])),
  };
  return {
    manifest: {
      name,
      version,
      private: true,
      type: 'commonjs',
      main: 'start.cjs',
      scripts: { 'gcp-build': 'node fill-code-cache.cjs' },
      dependencies,
    },
    lock: { name, version, lockfileVersion: 3, requires: true, packages } as LockFile,
  };
}

/** The folders of a package and of all that it needs, found as Node finds them: nearest first. */
function neededBy(root: string, { packages }: LockFile): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = packages[folder] ?? {};
    for (const name of Object.keys(dependencies)) {
      const place = placesSeenFrom(folder, name).find((one) => one in packages);
      if (place !== undefined) visit(place);
      else if (!(name in optionalDependencies))
        throw new Error(`package-lock.json does not pin ${name}, which ${folder} needs: run npm install`);
    }
  };
  visit(root);
  return found;
}

/** Where a package may lie for another that asks for it, nearest first. */
function placesSeenFrom(folder: string, name: string): string[] {
  const parts = folder.split('/node_modules/');
  const above = parts.map((_, depth) => parts.slice(0, parts.length - depth).join('/node_modules/'));
  return [...above.map((one) => `${one}/node_modules/${name}`), `node_modules/${name}`];
}
