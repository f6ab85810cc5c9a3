/**
 * `functions.zip`, unpacked and installed as Google's buildpack does it: what its lock file names lies beside it, and nothing else, and
 * its script `gcp-build` has run. The packages are copied from this project's own `node_modules`, whose lock file is the same, so that no
 * registry is asked; `.ci/run` has npm do it.
 */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LockFile } from '../../scripts/lock-framework.ts';
import { isInRun, onceARunLater } from '../run-folder.ts';
import { unpackZip } from './unpack-zip.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const WORKSPACE = 'workspace';

/** An installed archive. */
export interface InstalledArchive {
  /** What is /workspace on the platform. */
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Builds the archive and installs it: what is built without arguments once for all suites of a run, which leave it as it is.
 * @param args further arguments of the build
 * @throws Error with what the build printed
 */
export async function installArchive(...args: readonly string[]): Promise<InstalledArchive> {
  if (args.length === 0 && isInRun()) {
    const folder = await onceARunLater('functions-archive', (own) => fillFolder(own, args));
    return { folder: join(folder, WORKSPACE), remove: async () => undefined };
  }
  const folder = await mkdtemp(join(tmpdir(), 'functions-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await fillFolder(folder, args);
    return { folder: join(folder, WORKSPACE), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fillFolder(folder: string, args: readonly string[]): Promise<void> {
  const [built, workspace] = [join(folder, 'built'), join(folder, WORKSPACE)];
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.ts'), '--out', built, ...args], { cwd: ROOT });
  unpackZip(readFileSync(join(built, 'functions.zip')), workspace);
  installLocked(workspace);
  await runBuildScript(workspace);
}

function installLocked(workspace: string): void {
  const { packages }: LockFile = JSON.parse(readFileSync(join(workspace, 'package-lock.json'), 'utf8'));
  for (const folder of Object.keys(packages)) {
    if (folder === '') continue;
    const source = join(ROOT, folder);
    // Packages that lie inside of others are named by themselves.
    const filter = (path: string): boolean => path === source || basename(path) !== 'node_modules';
    cpSync(source, join(workspace, folder), { recursive: true, filter });
  }
}

/** https://github.com/GoogleCloudPlatform/buildpacks/blob/main/pkg/nodejs/npm.go: after the packages, in the application's folder. */
async function runBuildScript(workspace: string): Promise<void> {
  const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(workspace, 'package.json'), 'utf8'),
  );
  const [program = '', ...args] = scripts['gcp-build']?.split(' ') ?? [];
  await promisify(execFile)(program, args, {
    cwd: workspace,
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  });
}
