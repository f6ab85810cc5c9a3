/** The receiver kit as a company has it: built, packed and installed in a folder of its own, with nothing of the repository beside it. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const KIT = 'calendar-conference-sync-receiver';

/** A folder in which the kit can be imported. */
export interface Installed {
  readonly folder: string;
  /** Copies a file of the repository into the folder; returns where it is now. */
  copy(path: string): string;
  remove(): void;
}

/** Builds the kit and installs it; `others` are further packages that a program there may import. */
export function installKit(others: readonly string[] = []): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'receiver-kit-'));
  const target = join(folder, 'node_modules', KIT);
  mkdirSync(target, { recursive: true });
  const built = spawnSync(process.execPath, [join(ROOT, 'receiver/build.ts'), join(target, 'dist')], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
  cpSync(join(ROOT, 'receiver/package.json'), join(target, 'package.json'));
  const manifest: { dependencies: object } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(manifest.dependencies), ...others]) {
    if (!existsSync(join(ROOT, 'node_modules', name))) throw new Error(`${name} is not installed: run npm ci`);
    // A link is resolved where it points to, so that what these packages need in their turn is found.
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return {
    folder,
    copy(path) {
      const copied = join(folder, path.split('/').at(-1) ?? path);
      cpSync(join(ROOT, path), copied);
      return copied;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
