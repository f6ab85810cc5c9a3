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
import { unpackZip } from './unpack-zip.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** An installed archive. */
export interface InstalledArchive {
  /** What is /workspace on the platform. */
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Builds the archive and installs it.
 * @param args further arguments of the build
 * @throws Error with what the build printed
 */
export async function installArchive(...args: readonly string[]): Promise<InstalledArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'functions-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const [built, workspace] = [join(folder, 'built'), join(folder, 'workspace')];
    await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.ts'), '--out', built, ...args], {
      cwd: ROOT,
    });
    unpackZip(readFileSync(join(built, 'functions.zip')), workspace);
    installLocked(workspace);
    await runBuildScript(workspace);
    return { folder: workspace, remove };
  } catch (error) {
    await remove();
    throw error;
  }
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
